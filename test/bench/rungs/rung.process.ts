/** Takes a whole topic through one rung, as a member of a consumer group like the scorer's, then tells what it cost. */
import { Type } from 'typebox';
import { openOffsetReader } from '../../../services/platform/kafka/offsets.ts';
import { startPartitionConsumer } from '../../../services/platform/kafka/partition-consumer.ts';
import { readArgument, tellParent } from '../harness/child.ts';
import { SCORER_NUMBERS } from '../harness/scorer-numbers.ts';
import { RUNGS, openRung } from './rung-work.ts';

const { brokers, topic, groupId, rung, ...setup } = readArgument(
  Type.Object({
    brokers: Type.Array(Type.String()),
    topic: Type.String(),
    groupId: Type.String(),
    rung: Type.Enum([...RUNGS]),
    partitions: Type.Number(),
    policyFile: Type.String(),
    modelDirectory: Type.String(),
  }),
);
const kafka = { brokers, clientId: 'churn-bench' };
const offsets = await openOffsetReader(kafka);
const bounds = [...(await offsets.allBoundsOf(topic)).values()];
await offsets.close();
let left = bounds.reduce((sum, { lowOffset, endOffset }) => sum + Number(endOffset - lowOffset), 0);
const { take, counts } = await openRung(rung, setup);
const { sliceRecords, maxBytesPerPartition, partitionsAtOnce } = SCORER_NUMBERS;

let start: { readonly ms: number; readonly cpu: NodeJS.CpuUsage } | undefined;
const done = Promise.withResolvers<undefined>();
const consumer = startPartitionConsumer(
  {
    ...kafka,
    groupId,
    topic,
    sessionTimeoutMs: 30_000,
    heartbeatIntervalMs: 3_000,
    maxBytesPerPartition,
    partitionsAtOnce,
    commitIntervalMs: 5_000,
  },
  {
    onAssigned: () => undefined,
    async onBatch({ partition, records, heartbeat }) {
      start ??= { ms: performance.now(), cpu: process.cpuUsage() };
      for (let from = 0; from < records.length; from += sliceRecords) {
        await take(partition, records.slice(from, from + sliceRecords));
        await heartbeat();
      }
      left -= records.length;
      if (left <= 0) done.resolve(undefined);
      return { type: 'continue-at', offset: (records.at(-1)?.offset ?? -1n) + 1n };
    },
    onState(state, detail) {
      // It joins again by itself; but what it was measured in the middle of would be wrong.
      if (state === 'crashed' && start !== undefined) done.reject(new Error(`the consumer crashed: ${detail}`));
    },
  },
);
await done.promise;
const seconds = (performance.now() - (start?.ms ?? 0)) / 1_000;
const cpu = process.cpuUsage(start?.cpu);
const cpuSeconds = (cpu.user + cpu.system) / 1e6;
const peakRssBytes = process.resourceUsage().maxRSS * 1_024;
tellParent({ seconds, cpuSeconds, peakRssBytes, ...counts() });
await consumer.stop();
process.disconnect?.();
process.exit(0);
