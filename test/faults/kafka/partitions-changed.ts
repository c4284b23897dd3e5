import { openInstallation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { countsOf, storedStatesOf, untilSettled } from '../../support/installation-state.ts';
import { ownStack } from '../../support/own-stack.ts';
import { at, people, regularLife } from '../../support/regular-life.ts';
import { until } from '../../support/until.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import type { FaultScenario } from '../scenario.ts';
import { widenTopics } from './log-damage.ts';
import { serve, startServices } from './serve.ts';
import { isDeepStrictEqual } from 'node:util';

const HINT = /Replay the log into an empty Redis, or go back to the old number/;

/** First under services that run, then at their start; what is written to beside the input log first too narrow, too. */
export const partitionsChanged: FaultScenario = {
  name: 'partitions-changed',
  promise: 'another number of partitions of the input log is refused, at start and by who runs, with the way out',
  async run(context) {
    const stack = await ownStack(context);
    await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(context, { partitions: 1, stack: stack.address });
    const { input, score, alert } = shop.topics;
    const running = await serve(shop, ['scorer', 'retention']);
    await sendRecords(shop, regularLife({ subscriberIds: people(5), fromMs: at(0), toMs: at(1) }));
    await untilSettled(shop);
    const made = async (): Promise<unknown> => [await countsOf(shop), [...(await storedStatesOf(shop))]];
    const before = await made();

    const differences: string[] = [];
    async function expectRefusal(what: string, services: readonly WatchedService[], says: RegExp): Promise<void> {
      for (const service of services) {
        await until(`${service.name} ends`, () => Promise.resolve(service.process.hasEnded()));
        const how = await service.process.ended;
        if (how !== 'exit code 78') differences.push(`${what}: ${service.name} ended with ${how}`);
        if (!says.test(service.logText())) differences.push(`${what}: ${service.name} does not say ${says}`);
      }
      if (!isDeepStrictEqual(await made(), before)) differences.push(`${what}: the state has changed`);
      context.progress(what);
    }

    await widenTopics(shop, [input], 2);
    await expectRefusal('more partitions under services that run', running, HINT);
    const narrow = new RegExp(`${score}: expected 2 partitions, as ${input} has, found 1`);
    await expectRefusal('scores have fewer partitions', await startServices(shop, ['scorer']), narrow);
    await widenTopics(shop, [`${input}-dlt`, score, alert, `${alert}-dlt`], 2);
    await expectRefusal('more partitions at start', await startServices(shop, ['scorer', 'retention']), HINT);
    return {
      injected: { 'partitions added to the input log': 1, 'starts on another number of partitions': 3 },
      compared: { refusals: 5, 'state before and after': 3 },
      lost: null,
      doubled: null,
      invented: null,
      differences,
      measured: {},
    };
  },
};
