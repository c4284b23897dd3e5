import { openInstallation } from '../../support/installation.ts';
import { ownStack } from '../../support/own-stack.ts';
import type { FaultScenario } from '../scenario.ts';
import { closeBooks } from './close-books.ts';
import { startLoad } from './load.ts';
import { serve } from './serve.ts';
import { sufferOutage } from './suffer-outage.ts';

const SIZES = { small: { lastsMs: 5_000, subscribers: 12 }, full: { lastsMs: 60_000, subscribers: 36 } };

/** Once with nobody at the broker's address, once with a broker that is connected and never answers. */
export const kafkaOutage: FaultScenario = {
  name: 'kafka-outage',
  promise:
    'without Kafka the services are not ready, live on and say why once; with it they go on by themselves, nothing lost',
  async run(context) {
    const { lastsMs, subscribers } = SIZES[context.size];
    const stack = await ownStack(context);
    const [kafka] = await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(context, { partitions: 3, stack: stack.address });
    const services = await serve(shop, ['scorer', 'retention']);
    const load = await startLoad(context, shop, { subscribers, paceMs: 500 });
    const outages = {
      killed: { begin: () => kafka.kill(), end: () => kafka.restart() },
      frozen: {
        begin: () => process.kill(kafka.pid, 'SIGSTOP'),
        end: () => process.kill(kafka.pid, 'SIGCONT'),
      },
    };
    const injected: Record<string, number> = {};
    const differences: string[] = [];
    const measured: Record<string, number> = {};
    for (const [how, outage] of Object.entries(outages)) {
      await load.untilMoreIsCommitted();
      const suffered = await sufferOutage({ part: 'Kafka', lastsMs, size: context.size, ...outage }, services);
      injected[`broker ${how} for ${lastsMs / 1_000} s`] = 1;
      differences.push(...suffered.differences.map((difference) => `broker ${how}: ${difference}`));
      measured[`broker ${how}: not ready after, ms`] = Math.round(suffered.noticedMs);
      measured[`broker ${how}: ready again after, ms`] = Math.round(suffered.readyMs);
      context.progress(`the broker was ${how} for ${lastsMs / 1_000} s`);
    }
    await load.untilMoreIsCommitted();
    return closeBooks({ context, shop, load, services, injected, differences, measured });
  },
};
