/** Measures script calls on the simulated server: `node test/simulation/redis/commits.bench.ts [commits]`. */
import process from 'node:process';
import { createPartitionStore } from '../../../services/platform/redis/partition-store.ts';
import { openSimulatedRedis } from './simulated-client.ts';
import { createSimulatedServer } from './simulated-server.ts';

const [commits = 10_000] = process.argv.slice(2).map(Number);
/** Of a simulated batch: five subscribers touched, one seen for the first time, one score and one alert. */
const states = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ subscriberId: `k1-${id}`, value: new Uint8Array(300) }));

/** CPU and not elapsed time, for the machine may be shared. */
async function measure(what: string, calls: number, run: () => Promise<void> | void): Promise<void> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${what}: ${((user + system) / calls).toFixed(1)} µs CPU a call\n`);
}

for (const round of [1, 2]) {
  await measure(`round ${round}: a server and a client`, commits / 100, () => {
    for (let at = 0; at < commits / 100; at++)
      openSimulatedRedis(createSimulatedServer(), (_, run) => Promise.resolve(run()));
  });
  const redis = openSimulatedRedis(createSimulatedServer(), (_, command) => Promise.resolve(command()));
  const store = createPartitionStore(redis, '', 4);
  await store.acquire(0, 'A');
  const common = { owner: 'A', record: '{"watermarks":{}}', states, bands: [], qualityHours: [] };
  await measure(`round ${round}: commit of 5 states, 2 outbox entries, 1 wheel member, 1 band`, commits, async () => {
    for (let seq = 0; seq < commits; seq++) {
      await store.commit(0, {
        ...common,
        expectedSeq: seq,
        nextOffset: BigInt(seq),
        outbox: [new Uint8Array(200), new Uint8Array(500)],
        wheel: [{ subscriberId: `s${seq}`, slotOfDay: seq % 288 }],
        bands: [{ subscriberId: `s${seq % 50}`, band: seq % 3 === 0 ? 'high' : 'low' }],
      });
      if (seq % 5 === 4) await store.trimOutbox(0, 'A', await store.readOutbox(0, 10));
    }
  });
  await store.acquire(1, 'A');
  await measure(`round ${round}: commit of 1 state`, commits, async () => {
    for (let seq = 0; seq < commits; seq++) {
      const [first] = states;
      const small = { ...common, states: first === undefined ? [] : [first], outbox: [], wheel: [] };
      await store.commit(1, { ...small, expectedSeq: seq, nextOffset: BigInt(seq) });
    }
  });
  await measure(`round ${round}: refused commit`, commits, async () => {
    for (let seq = 0; seq < commits; seq++) {
      await store.commit(0, { ...common, owner: 'B', expectedSeq: 0, nextOffset: 1n, outbox: [], wheel: [] });
    }
  });
  await measure(`round ${round}: read of 5 states`, commits, async () => {
    for (let at = 0; at < commits; at++) await store.readStates(0, ['k1-a', 'k1-b', 'k1-c', 'k1-d', 'k1-e']);
  });
}
