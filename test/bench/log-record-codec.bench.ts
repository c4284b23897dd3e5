import os from 'node:os';
import { fromBinary } from '@bufbuild/protobuf';
import { SubscriberEventSchema } from '../../services/contracts/gen/telco/v1/subscriber_event_pb.ts';
import { decodeLogRecord, encodeLogRecord } from '../../services/contracts/log-record.ts';
import { libraryWriter } from '../contracts/library-writer.ts';
import { simulatedOperator } from './simulated-worker.ts';

/**
 * CPU time per record of writing and reading the input log, over the simulator's mix: the generated runtime beside the
 * compiled codec. The library's reading stops at its own message, which core could not take as it is; its writing includes
 * the way from core's plain form.
 */
const RUNS = 7;
const WARM_UPS = 2;

const records = [...simulatedOperator('300', '14').records()];
const calls = records.filter((record) => record.body.type === 'call');
const encodeByLibrary = libraryWriter(SubscriberEventSchema);
const values = records.map((record) => encodeLogRecord(record));
const callValues = calls.map((record) => encodeLogRecord(record));

const jobs: readonly { readonly name: string; readonly library: () => void; readonly ours: () => void }[] = [
  { name: 'encode, all records', library: over(records, encodeByLibrary), ours: over(records, encodeLogRecord) },
  { name: 'encode, calls', library: over(calls, encodeByLibrary), ours: over(calls, encodeLogRecord) },
  { name: 'decode, all records', library: over(values, decodeByLibrary), ours: over(values, decodeLogRecord) },
  { name: 'decode, calls', library: over(callValues, decodeByLibrary), ours: over(callValues, decodeLogRecord) },
];

const meanBytes = values.reduce((sum, value) => sum + value.length, 0) / values.length;
console.log(
  `Node ${process.version}, ${os.availableParallelism()} cores, ${records.length} records (${calls.length} calls) of` +
    ` ${meanBytes.toFixed(0)} bytes in the mean, CPU time per record, median of ${RUNS} runs (range) after a warm-up`,
);
for (const { name, library, ours } of jobs) {
  const count = name.endsWith('calls') ? calls.length : records.length;
  const costs = { library: new Array<number>(), ours: new Array<number>() };
  // By turns, so that a noisy machine troubles both.
  for (let run = 0; run < WARM_UPS + RUNS; run += 1) {
    const [libraryUs, oursUs] = [cpuUs(library) / count, cpuUs(ours) / count];
    if (run < WARM_UPS) continue;
    costs.library.push(libraryUs);
    costs.ours.push(oursUs);
  }
  console.log(`${name.padEnd(20)}  library ${summary(costs.library)}  ours ${summary(costs.ours)}`);
}

function over<Item>(items: readonly Item[], job: (item: Item) => unknown): () => void {
  return () => {
    for (const item of items) job(item);
  };
}

function decodeByLibrary(bytes: Uint8Array): unknown {
  return fromBinary(SubscriberEventSchema, bytes);
}

function cpuUs(job: () => void): number {
  const before = process.cpuUsage();
  job();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function summary(costs: readonly number[]): string {
  const sorted = costs.toSorted((one, other) => one - other);
  const at = (index: number): string => (sorted[index] ?? Number.NaN).toFixed(2);
  return `${at(Math.floor(sorted.length / 2)).padStart(6)} µs (${at(0)}–${at(sorted.length - 1)})`;
}
