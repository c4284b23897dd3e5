import { setTimeout as delay } from 'node:timers/promises';
import { openInstallation } from '../../support/installation.ts';
import { ownStack } from '../../support/own-stack.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import type { FaultScenario } from '../scenario.ts';
import { closeBooks } from './close-books.ts';
import { startLoad } from './load.ts';
import { serve } from './serve.ts';

const SIZES = { small: { kills: 2, subscribers: 12 }, full: { kills: 10, subscribers: 36 } };
/** A kill comes at any moment of the work, up to so long after it was seen to go on. */
const LATEST_KILL_MS = 1_500;

/** The only broker, so that everything waits for it. */
export const brokerKilled: FaultScenario = {
  name: 'broker-killed',
  promise:
    'the broker is killed under load and brought back, again and again: each event counts once, each warning is told',
  async run(context) {
    const { kills, subscribers } = SIZES[context.size];
    const random = seededRandom(context.seed);
    const stack = await ownStack(context);
    const [kafka] = await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(context, { partitions: 3, stack: stack.address });
    const services = await serve(shop, ['scorer', 'scorer', 'retention']);
    const load = await startLoad(context, shop, { subscribers, paceMs: 300 });
    await load.untilUnderWay();

    const backMs: number[] = [];
    for (let killed = 1; killed <= kills; killed++) {
      await load.untilMoreIsCommitted();
      await delay(random() * LATEST_KILL_MS);
      await kafka.kill();
      await kafka.restart();
      const answersAtMs = performance.now();
      await load.untilMoreIsCommitted();
      backMs.push(performance.now() - answersAtMs);
      context.progress(`the broker was killed ${killed} times`);
    }
    return closeBooks({
      context,
      shop,
      load,
      services,
      injected: { 'broker kill -9': backMs.length },
      measured: { 'longest wait for a commit after the broker answers, ms': Math.round(Math.max(...backMs)) },
    });
  },
};
