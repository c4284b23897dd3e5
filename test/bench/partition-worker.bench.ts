/**
 * The scorer's work without Kafka and Redis: decode, fold, features, model, decisions, bytes; on a simulated operator.
 *
 *     npx node test/bench/partition-worker.bench.ts [subscribers] [days]
 *
 * Prints CPU microseconds per event (median and range of three runs) and bytes per stored subscriber.
 */
import { PARTITION, inputLog, openBench, simulatedOperator } from './simulated-worker.ts';

const RUNS = 3;
const SLICE = 2_000;

const [subscribers = '800', days = '75'] = process.argv.slice(2);
const log = [...inputLog(simulatedOperator(subscribers, days))];
const bench = await openBench();

const costs: number[] = [];
let sizes: number[] = [];
let counts: object = {};
for (let run = 0; run < RUNS; run++) {
  const { store, worker } = await bench.openWorker();
  const before = process.cpuUsage();
  for (let from = 0; from < log.length; from += SLICE) await worker.process(log.slice(from, from + SLICE));
  const { user, system } = process.cpuUsage(before);
  costs.push((user + system) / log.length);
  counts = worker.record().counts;
  const ids = [...new Set(log.map(({ key }) => key?.toString() ?? ''))];
  sizes = (await store.readStates(PARTITION, ids)).flatMap((state) => (state === undefined ? [] : [state.length]));
}
costs.sort((a, b) => a - b);
sizes.sort((a, b) => a - b);
const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
process.stdout.write(
  `Node ${process.versions.node}, ${log.length} records, commits of up to 1,000 subscribers, ${bench.modelVersion}\n` +
    `${JSON.stringify(counts)}\n` +
    `CPU µs per record: ${costs[1]?.toFixed(1)} (${costs[0]?.toFixed(1)}–${costs[2]?.toFixed(1)})\n` +
    `bytes per subscriber: mean ${mean.toFixed(0)}, median ${sizes[sizes.length >> 1]}, largest ${sizes.at(-1)}\n`,
);
await bench.close();
