/** Writes a workload to a topic, then tells what the broker holds. */
import { Type } from 'typebox';
import { openProducer } from '../../../services/platform/kafka/producer.ts';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import { readArgument, tellParent } from '../harness/child.ts';
import { simulatedRecords } from './simulated-workload.ts';
import { createZipfWorkload } from './zipf-workload.ts';

const BATCH = 8_000;

const { brokers, topic, source } = readArgument(
  Type.Object({
    brokers: Type.Array(Type.String()),
    topic: Type.String(),
    source: Type.Union([
      Type.Object({
        events: Type.Number(),
        subscribers: Type.Number(),
        partitions: Type.Number(),
        exponent: Type.Number(),
        hotShare: Type.Optional(Type.Number()),
      }),
      Type.Object({ simulatedSubscribers: Type.Number(), days: Type.Number(), partitions: Type.Number() }),
    ]),
  }),
);
const records = 'days' in source ? simulatedRecords(source) : createZipfWorkload(source).records();
const producer = await openProducer({ brokers, clientId: 'churn-bench-fill' });
const subscribers = new Set<string>();
let [events, marks, valueBytes] = [0, 0, 0];
let batch: OutgoingRecord[] = [];
let inFlight: Promise<void> = Promise.resolve();
const tell = (done: boolean): void => {
  tellParent({ events, marks, subscribers: subscribers.size, valueBytes, done });
};
for (const { kind, partition, key, value } of records) {
  batch.push({ topic, partition, key, value });
  if (kind === 'mark') {
    marks++;
  } else {
    events++;
    valueBytes += value.length;
    subscribers.add(key);
  }
  if (batch.length < BATCH) continue;
  await inFlight;
  inFlight = producer.send(batch);
  batch = [];
  tell(false);
}
await inFlight;
await producer.send(batch);
await producer.close();
tell(true);
process.disconnect?.();
