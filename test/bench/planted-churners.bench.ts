/**
 * How many of the simulated operator's planted churners the shipped model warns of, by mechanism, and how many others.
 *
 *     npx node test/bench/planted-churners.bench.ts [subscribers] [days]
 */
import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import { decodeSubscriber } from '../../services/core/subscriber/subscriber-codec.ts';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { createPseudonymizer } from '../../services/platform/crypto/pseudonym.ts';
import { openRiskModel } from '../../services/platform/onnx/risk-model.ts';
import { loadPolicy } from '../../services/platform/policy/load-policy.ts';
import { createPartitionWorker } from '../../services/scorer/partition-worker.ts';
import type { InputRecord } from '../../services/scorer/ports.ts';
import { readConfig } from '../../services/simulator/config.ts';
import { createSimulation } from '../../services/simulator/simulation.ts';
import { createMemoryPartitionStore } from '../support/memory-partition-store.ts';

const PARTITION = 0;
const SLICE = 5_000;

const [subscribers = '1200', days = '90'] = process.argv.slice(2);
const config = readConfig(Date.now(), { SIMULATOR_SUBSCRIBERS: subscribers, SIMULATOR_DAYS: days });
if (!config.ok) throw new Error(config.mistakes.join('\n'));
const simulation = createSimulation({ ...config.value, pseudonymOf: createPseudonymizer(config.value.pseudonym) });
const policy = loadPolicy('deploy/policy/default.yaml');
const model = await openRiskModel('models/churn-prepaid/1.0.0');
const store = createMemoryPartitionStore(1);
const worker = createPartitionWorker(PARTITION, 'bench', await store.acquire(PARTITION, 'bench'), {
  store,
  model,
  policy,
  calendar: createCivilCalendar(policy.timeZone),
  park: () => Promise.resolve(),
  partitionOf: () => PARTITION,
  commitLimit: 1_000,
  knownLimit: 20_000,
});

const timestampMs = Date.now();
let slice: InputRecord[] = [];
let offset = 0n;
for (const record of simulation.records()) {
  const [key, value] = [Buffer.from(record.subscriberId), Buffer.from(encodeLogRecord(record))];
  slice.push({ offset: offset++, key, value, headers: {}, timestampMs });
  if (slice.length < SLICE) continue;
  await worker.process(slice);
  slice = [];
}
await worker.process(slice);

const mechanisms = new Map(simulation.groundTruth.map(({ subscriberId, mechanism }) => [subscriberId, mechanism]));
const tally = new Map<string, { warned: number; all: number }>();
const ids = simulation.subscribers.map(({ subscriberId }) => subscriberId);
const states = await store.readStates(PARTITION, ids);
ids.forEach((id, i) => {
  const state = states[i];
  if (state === undefined) return;
  const mechanism = mechanisms.get(id) ?? 'none planted';
  const counts = tally.get(mechanism) ?? { warned: 0, all: 0 };
  tally.set(mechanism, counts);
  counts.all++;
  if (decodeSubscriber(state).risk.episode > 0) counts.warned++;
});
process.stdout.write(`${model.modelVersion}, ${subscribers} subscribers, ${days} days: warned of / all\n`);
for (const [mechanism, { warned, all }] of [...tally].toSorted()) {
  process.stdout.write(`  ${mechanism.padEnd(18)} ${warned} / ${all}\n`);
}
await model.close();
