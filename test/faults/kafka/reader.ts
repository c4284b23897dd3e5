import { encodeRiskAlert } from '../../../services/contracts/risk.ts';
import { createLogWitnesses } from '../../../services/platform/redis/log-witnesses.ts';
import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import { createRedisPositions } from '../../../services/retention/redis/redis-positions.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { countsOf, storedStatesOf } from '../../support/installation-state.ts';
import { at, people, regularLife } from '../../support/regular-life.ts';
import { sampleAlert, sampleScore } from '../../support/sample-alert.ts';
import { until } from '../../support/until.ts';
import type { ServiceRole } from './serve.ts';

/** A service by the topic that it reads first of all, in one partition. */
export interface Reader {
  readonly role: ServiceRole;
  readonly topic: string;
  /** Sends something of a day, by content the same at each call for the same day. */
  send(day: number): Promise<void>;
  /** The offset that Redis says comes next. */
  position(): Promise<bigint | undefined>;
  /** Waits until all that the topic holds has been dealt with. */
  untilRead(): Promise<void>;
  /** Waits until the service has noted, in Redis, what tells this log from another one of the same name. */
  untilWitnessed(): Promise<void>;
  /** All that the service has made of the topic. */
  made(): Promise<unknown>;
}

export function readerOf(role: ServiceRole, shop: Installation): Reader {
  const [topic, readPosition, made, send] = role === 'scorer' ? scorerParts(shop) : retentionParts(shop);
  const witnesses = createLogWitnesses(shop.redis, '');
  return {
    role,
    topic,
    send,
    position: readPosition,
    made,
    async untilWitnessed() {
      await until(`${topic} is witnessed`, async () => {
        const [, offset] = (await witnesses.read(topic))?.split(' ') ?? [];
        return offset !== undefined && BigInt(offset) === (await shop.offsets.boundsOf(topic, 0)).endOffset;
      });
    },
    async untilRead() {
      const { endOffset } = await shop.offsets.boundsOf(topic, 0);
      await until(`${topic} is read`, async () => (await readPosition()) === endOffset);
    },
  };
}

type Parts = readonly [topic: string, Reader['position'], Reader['made'], Reader['send']];

function scorerParts(shop: Installation): Parts {
  return [
    shop.topics.input,
    async () => (await shop.store.readPosition(0)).nextOffset,
    async () => [await countsOf(shop), [...(await storedStatesOf(shop))]],
    (day) => sendRecords(shop, regularLife({ subscriberIds: people(5), fromMs: at(day), toMs: at(day + 1) })),
  ];
}

function retentionParts(shop: Installation): Parts {
  const topic = shop.topics.alert;
  const positions = createRedisPositions(shop.redis, '', shop.offsets)(topic);
  const orders = createRedisOrderStore(shop.redis, '');
  return [
    topic,
    async () => (await positions.read(0)).nextOffset,
    async () => (await orders.list({ offset: 0, limit: 100 })).orders.map(({ id }) => id).toSorted(),
    (day) =>
      shop.producer.send(
        people(5).map((person) => {
          const subscriberId = `${person}d${day}`;
          const alert = sampleAlert({ score: sampleScore({ subscriberId }) });
          return { topic, partition: 0, key: subscriberId, value: encodeRiskAlert(alert) };
        }),
      ),
  ];
}
