import { ensureTopics } from '../../../services/platform/kafka/topics.ts';
import { openInstallation } from '../../support/installation.ts';
import { ownStack } from '../../support/own-stack.ts';
import type { FaultScenario } from '../scenario.ts';
import { closeBooks } from './close-books.ts';
import { startLoad } from './load.ts';
import { deleteTopics } from './log-damage.ts';
import { startServices } from './serve.ts';
import { untilTold } from './until-told.ts';

/**
 * The alert topic is not there at start; the score and, in full, work-order topics are deleted under services that run. The client
 * asks for half a minute for a topic that it once knew.
 */
export const topicMissing: FaultScenario = {
  name: 'topic-missing',
  promise:
    'a topic that is not there, at start or any more, is waited for by name, and nothing that was to go there is lost',
  async run(context) {
    const stack = await ownStack(context);
    await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(context, { partitions: 1, stack: stack.address });
    const { alert, score, workOrder } = shop.topics;
    const create = (...topics: string[]): Promise<void> =>
      ensureTopics(
        shop.kafka,
        topics.map((topic) => ({ topic, partitions: 1 })),
      );
    await deleteTopics(shop, [alert]);
    const services = await startServices(shop, ['scorer', 'retention']);
    const [scorer, retention] = services;
    if (scorer === undefined || retention === undefined) throw new Error('no services');
    for (const service of services) await untilTold(service, /^Kafka$/, /topic \S+alert\.v1 must be created first/);
    await create(alert);
    for (const service of services) await service.untilReady();
    context.progress('the alert topic was missing at start');

    // Before anything is in them: what an operator deletes with a topic nobody brings back.
    const isFull = context.size === 'full';
    const deleted = isFull ? [score, workOrder] : [score];
    await deleteTopics(shop, deleted);
    const load = await startLoad(context, shop, { subscribers: 8, paceMs: 300 });
    await untilTold(scorer, /^outbox of partition 0$/, /score\.v1/);
    await create(score);
    await scorer.untilReady();
    if (isFull) {
      await untilTold(retention, /^publishing of work orders$/, /work-order\.v1/);
      await create(workOrder);
      await retention.untilReady();
    }
    context.progress('topics were missing while the services ran');
    return closeBooks({
      context,
      shop,
      load,
      services,
      injected: { 'topics missing at start': 1, 'topics deleted while they were written to': deleted.length },
    });
  },
};
