import { deadLetterTopicOf } from '../../../services/platform/kafka/dead-letter.ts';
import { openInstallation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';
import { ownStack } from '../../support/own-stack.ts';
import type { FaultScenario } from '../scenario.ts';
import { closeBooks } from './close-books.ts';
import { startLoad } from './load.ts';
import { configureTopics } from './log-damage.ts';
import { serve } from './serve.ts';
import { untilTold } from './until-told.ts';

/** Below an alert or an order, above a score. */
const TOO_LOW_BYTES = 600;
const DEAD_LETTER_LIMIT_BYTES = 2_048;
/** Fits into the limit as it is, and no more with where it came from and why. */
const RUBBISH_BYTES = 1_900;
const ENOUGH_BYTES = 1_048_588;
const LIMIT = 'max.message.bytes';

/** Alerts, orders and a dead letter that their topics do not take, one after the other, until the limits are raised. */
export const messageTooLarge: FaultScenario = {
  name: 'message-too-large',
  promise:
    'what is larger than its topic takes is kept, and told by topic and setting, until the limit is raised: none is dropped',
  async run(context) {
    const stack = await ownStack(context);
    await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(context, { partitions: 1, stack: stack.address });
    const { alert, workOrder, input } = shop.topics;
    const deadLetters = deadLetterTopicOf(input);
    await configureTopics(shop, [alert, workOrder], LIMIT, TOO_LOW_BYTES);
    await configureTopics(shop, [deadLetters], LIMIT, DEAD_LETTER_LIMIT_BYTES);
    const services = await serve(shop, ['scorer', 'retention']);
    const [scorer, retention] = services;
    if (scorer === undefined || retention === undefined) throw new Error('no services');
    const load = await startLoad(context, shop, { subscribers: 8, paceMs: 300 });
    const differences: string[] = [];
    async function expectEmpty(topic: string): Promise<void> {
      const { length } = await recordsOf(shop, topic);
      if (length > 0) differences.push(`${topic} took ${length} records that are larger than its limit`);
    }

    await untilTold(scorer, /^outbox of partition 0$/, /larger than the topic \S+alert\.v1 takes.*max\.message\.bytes/);
    await expectEmpty(alert);
    await configureTopics(shop, [alert], LIMIT, ENOUGH_BYTES);
    await scorer.untilReady();
    context.progress('alerts were too large, and are published');

    await untilTold(retention, /^publishing of work orders$/, /larger than the topic \S+work-order\.v1 takes/);
    await expectEmpty(workOrder);
    await configureTopics(shop, [workOrder], LIMIT, ENOUGH_BYTES);
    await retention.untilReady();
    context.progress('work orders were too large, and are published');

    const value = Buffer.alloc(RUBBISH_BYTES, 0xff);
    await shop.producer.send([{ topic: input, partition: 0, key: 'k1-nobody', value }]);
    await untilTold(scorer, /^partition 0$|dead/, /-dlt/);
    await expectEmpty(deadLetters);
    await configureTopics(shop, [deadLetters], LIMIT, ENOUGH_BYTES);
    await scorer.untilReady();
    await load.untilMoreIsCommitted();
    return closeBooks({
      context,
      shop,
      load,
      services,
      injected: {
        'topics that take no alert': 1,
        'topics that take no order': 1,
        'topics that take no dead letter': 1,
      },
      differences,
    });
  },
};
