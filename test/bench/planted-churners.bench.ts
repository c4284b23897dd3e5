/**
 * How many of the simulated operator's planted churners the shipped model warns of, by mechanism, and how many others.
 *
 *     npx node test/bench/planted-churners.bench.ts [subscribers] [days]
 */
import { decodeSubscriber } from '../../services/core/subscriber/subscriber-codec.ts';
import type { InputRecord } from '../../services/scorer/ports.ts';
import { PARTITION, inputLog, openBench, simulatedOperator } from './simulated-worker.ts';

const SLICE = 5_000;

const [subscribers = '1200', days = '90'] = process.argv.slice(2);
const simulation = simulatedOperator(subscribers, days);
const bench = await openBench();
const { store, worker } = await bench.openWorker();

let slice: InputRecord[] = [];
for (const record of inputLog(simulation)) {
  slice.push(record);
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
process.stdout.write(`${bench.modelVersion}, ${subscribers} subscribers, ${days} days: warned of / all\n`);
for (const [mechanism, { warned, all }] of [...tally].toSorted()) {
  process.stdout.write(`  ${mechanism.padEnd(18)} ${warned} / ${all}\n`);
}
await bench.close();
