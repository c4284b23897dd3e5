/**
 * The open-loop source of a latency test. First writes the history; then, told to go, writes each live event at its own
 * intended time, whatever became of those before it. Values are made beforehand, so that making them costs nothing then.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Type } from 'typebox';
import { openProducer } from '../../../services/platform/kafka/producer.ts';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import { nextFromParent, readArgument, tellParent } from '../harness/child.ts';
import { createZipfWorkload } from '../workload/zipf-workload.ts';

const BATCH = 8_000;
const TICK_MS = 2;

const {
  brokers,
  topic,
  eventsPerSecond,
  workload: options,
} = readArgument(
  Type.Object({
    brokers: Type.Array(Type.String()),
    topic: Type.String(),
    eventsPerSecond: Type.Number(),
    workload: Type.Object({
      events: Type.Number(),
      subscribers: Type.Number(),
      partitions: Type.Number(),
      exponent: Type.Number(),
      complaintShare: Type.Number(),
    }),
  }),
);
const producer = await openProducer({ brokers, clientId: 'churn-bench-load' });
const workload = createZipfWorkload(options);

let history: OutgoingRecord[] = [];
const live: OutgoingRecord[] = [];
/** For each live record the number of live events before it: its place in time. A mark goes with the event after it. */
const places: number[] = [];
const complaints: number[] = [];
let taken = 0;
for (const { kind, partition, key, value } of workload.records()) {
  const record = { topic, partition, key, value };
  if (taken < workload.historyEvents) {
    history.push(record);
    if (history.length >= BATCH) {
      await producer.send(history);
      history = [];
    }
  } else {
    live.push(record);
    places.push(taken - workload.historyEvents);
    if (kind === 'complaint') complaints.push(taken - workload.historyEvents);
  }
  if (kind !== 'mark') taken++;
}
await producer.send(history);
history = [];
tellParent({ type: 'ready', complaints });

const { startAtMs } = await nextFromParent(Type.Object({ startAtMs: Type.Number() }));
const nowMs = (): number => performance.timeOrigin + performance.now();
const intendedAtMs = (at: number): number => startAtMs + ((places[at] ?? 0) * 1_000) / eventsPerSecond;
let sent = 0;
let mostBehindMs = 0;
while (sent < live.length) {
  let upTo = sent;
  const now = nowMs();
  while (upTo < live.length && intendedAtMs(upTo) <= now) upTo++;
  if (upTo === sent) {
    await delay(TICK_MS);
    continue;
  }
  mostBehindMs = Math.max(mostBehindMs, now - intendedAtMs(sent));
  await producer.send(live.slice(sent, upTo));
  sent = upTo;
}
tellParent({ type: 'sent', mostBehindMs });
await producer.close();
process.disconnect?.();
