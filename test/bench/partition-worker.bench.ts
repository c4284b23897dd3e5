/**
 * The scorer's work without Kafka and Redis: decode, fold, features, model, decisions, bytes; on a simulated operator.
 *
 *     npx node test/bench/partition-worker.bench.ts [subscribers] [days]
 *
 * Prints CPU microseconds per event (median and range of three runs) and bytes per stored subscriber.
 */
import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { createPseudonymizer } from '../../services/platform/crypto/pseudonym.ts';
import { openRiskModel } from '../../services/platform/onnx/risk-model.ts';
import { loadPolicy } from '../../services/platform/policy/load-policy.ts';
import { createPartitionWorker } from '../../services/scorer/partition-worker.ts';
import type { InputRecord } from '../../services/scorer/ports.ts';
import { readConfig } from '../../services/simulator/config.ts';
import { createSimulation } from '../../services/simulator/simulation.ts';
import { createMemoryPartitionStore } from '../support/memory-partition-store.ts';

const RUNS = 3;
const SLICE = 2_000;
const PARTITION = 0;

const [subscribers = '800', days = '75'] = process.argv.slice(2);
const log = simulatedLog();
const policy = loadPolicy('deploy/policy/default.yaml');
const model = await openRiskModel('models/churn-prepaid/1.0.0');

const costs: number[] = [];
let sizes: number[] = [];
let counts: object = {};
for (let run = 0; run < RUNS; run++) {
  const store = createMemoryPartitionStore(1);
  const worker = createPartitionWorker(PARTITION, `run-${run}`, await store.acquire(PARTITION, `run-${run}`), {
    store,
    model,
    policy,
    calendar: createCivilCalendar(policy.timeZone),
    park: () => Promise.resolve(),
    partitionOf: () => PARTITION,
    commitLimit: 1_000,
    knownLimit: 20_000,
  });
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
  `Node ${process.versions.node}, ${log.length} records, commits of up to 1,000 subscribers, ${model.modelVersion}\n` +
    `${JSON.stringify(counts)}\n` +
    `CPU µs per record: ${costs[1]?.toFixed(1)} (${costs[0]?.toFixed(1)}–${costs[2]?.toFixed(1)})\n` +
    `bytes per subscriber: mean ${mean.toFixed(0)}, median ${sizes[sizes.length >> 1]}, largest ${sizes.at(-1)}\n`,
);
await model.close();

function simulatedLog(): InputRecord[] {
  const config = readConfig(Date.now(), { SIMULATOR_SUBSCRIBERS: subscribers, SIMULATOR_DAYS: days });
  if (!config.ok) throw new Error(config.mistakes.join('\n'));
  const pseudonymOf = createPseudonymizer(config.value.pseudonym);
  const timestampMs = Date.now();
  return Array.from(createSimulation({ ...config.value, pseudonymOf }).records(), (record, offset) => ({
    offset: BigInt(offset),
    key: Buffer.from(record.subscriberId),
    value: Buffer.from(encodeLogRecord(record)),
    headers: {},
    timestampMs,
  }));
}
