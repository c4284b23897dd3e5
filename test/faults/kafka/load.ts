import { setTimeout as delay } from 'node:timers/promises';
import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { openBulkProducer } from '../../../services/platform/kafka/bulk-producer.ts';
import { isKafkaOutage } from '../../../services/platform/kafka/kafka-trouble.ts';
import type { Producer } from '../../../services/platform/kafka/producer.ts';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import type { Installation } from '../../support/installation.ts';
import { countsOf, settledEvents } from '../../support/installation-state.ts';
import { at, people, regularLife } from '../../support/regular-life.ts';
import { until } from '../../support/until.ts';
import type { ScenarioContext } from '../scenario.ts';

/** Enough days for those who fall silent to be warned of. */
const LEAST_DAYS = 22;
const CYCLE_DAYS = 34;
const FIRST_SILENT_DAY = 8;
const RETRY_MS = 200;

/** Days of regular life that go into the input log one after the other while other things happen. */
export interface Load {
  /** Resolves when scorers have begun to commit it. */
  untilUnderWay(): Promise<void>;
  /** Resolves when more has been committed than at the call: after a fault, that work goes on. */
  untilMoreIsCommitted(): Promise<void>;
  /** Resolves when Kafka has taken all of a day that was begun after the call. */
  untilDayIsTaken(): Promise<void>;
  /** Sends what is left of the least number of days without a pause, and ends. */
  finish(): Promise<LoadBooks>;
}

export interface LoadBooks {
  /** Subscriber events, each counted once. */
  readonly events: number;
  /** Calls that failed and were made again. */
  readonly failedSends: number;
}

export interface LoadOptions {
  readonly subscribers: number;
  /** Between two days. */
  readonly paceMs: number;
}

/**
 * Feeds the log as intake does: by its producer, one day until Kafka has taken it, then the next. A day may so stand in
 * the log twice, in part or whole.
 */
export async function startLoad(
  context: ScenarioContext,
  shop: Installation,
  { subscribers, paceMs }: LoadOptions,
): Promise<Load> {
  const topic = { name: shop.topics.input, partitions: shop.partitions };
  const producer = await openBulkProducer(shop.kafka, topic);
  const subscriberIds = people(subscribers);
  const over = new AbortController();
  const { signal } = over;
  let isFinishing = false;
  let [events, failedSends, daysTaken] = [0, 0, 0];

  async function run(): Promise<void> {
    for (let day = 0; !signal.aborted && !(isFinishing && day >= LEAST_DAYS); day++) {
      const life = regularLife({ subscriberIds, fromMs: at(day), toMs: at(day + 1), silent: silentOn(day) });
      events += life.filter((record) => !isPartitionMark(record)).length;
      await sendUntilTaken(producer, toRecords(shop, life));
      daysTaken++;
      if (!isFinishing) await delay(paceMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async function sendUntilTaken(to: Producer, records: readonly OutgoingRecord[]): Promise<void> {
    while (!signal.aborted) {
      try {
        await to.send(records);
        return;
      } catch (error) {
        if (!isKafkaOutage(error)) throw error;
        failedSends++;
        await delay(RETRY_MS);
      }
    }
  }

  /** Some fall silent, each on a day of its own, and come back after weeks: episodes open, close and open again. */
  function silentOn(day: number): ReadonlySet<string> {
    return new Set(
      subscriberIds.filter((_, place) => place % 3 === 0 && day % CYCLE_DAYS >= FIRST_SILENT_DAY + (place % 7)),
    );
  }

  const running = run();
  // Whoever finishes is told; a scenario that has failed before does not.
  running.catch(() => undefined);
  context.after(async () => {
    over.abort();
    await producer.close();
    await running.catch(() => undefined);
  });
  const committed = async (): Promise<number> => settledEvents(await countsOf(shop));
  return {
    async untilUnderWay() {
      await until('the load is under way', async () => (await committed()) > 0);
    },
    async untilMoreIsCommitted() {
      const before = await committed();
      await until('work goes on', async () => (await committed()) > before);
    },
    async untilDayIsTaken() {
      const before = daysTaken;
      // The first to be taken may have been on its way.
      await until('Kafka takes a day', () => Promise.resolve(daysTaken >= before + 2));
    },
    async finish() {
      isFinishing = true;
      await running;
      return { events, failedSends };
    },
  };
}

function toRecords({ topics, partitions }: Installation, life: readonly LogRecord[]): OutgoingRecord[] {
  return life.flatMap((record) => {
    const value = encodeLogRecord(record);
    if (!isPartitionMark(record)) return [{ topic: topics.input, key: record.subscriberId, value }];
    return Array.from({ length: partitions }, (_, partition) => ({
      topic: topics.input,
      partition,
      key: `feed:${record.feed}`,
      value,
    }));
  });
}
