import { randomUUID } from 'node:crypto';
import { hash32 } from '../../services/core/encoding/hash.ts';
import { NEW_PARTITION, formatPartitionRecord } from '../../services/core/partition/partition-record.ts';
import { encodeLedger, newLedger, versionNumber } from '../../services/core/quality/quality-ledger.ts';
import { encodeSubscriber } from '../../services/core/subscriber/subscriber-codec.ts';
import { NO_RISK_YET, newSubscriber } from '../../services/core/subscriber/subscriber-state.ts';
import type { RiskState, SubscriberState } from '../../services/core/subscriber/subscriber-state.ts';
import { SLOT_MS, dailySlotOf, slotReachedBy } from '../../services/core/time/daily-moment.ts';
import { openOrder } from '../../services/core/work-orders/decide.ts';
import { noticeOf } from '../../services/core/work-orders/order-notice.ts';
import { createPseudonymizer } from '../../services/platform/crypto/pseudonym.ts';
import { createPartitionOf } from '../../services/platform/kafka/partition.ts';
import type { LogBounds } from '../../services/platform/kafka/offsets.ts';
import { createPartitionStore } from '../../services/platform/redis/partition-store.ts';
import type { RedisClient } from '../../services/platform/redis/redis-client.ts';
import { createRedisOrderStore } from '../../services/retention/redis/redis-order-store.ts';
import { scanKeys } from '../support/scan-keys.ts';
import { sampleAlert, sampleScore } from '../support/sample-alert.ts';

export const PARTITIONS = 3;
export const NOW_MS = Date.UTC(2026, 5, 1, 11, 30);
/** Up to which everything in a partition of the log has been committed. */
export const END_OFFSET = 100n;

export const oldId = createPseudonymizer({ keyId: 'a', secret: 'an old secret of some length' });
export const newId = createPseudonymizer({ keyId: 'b', secret: 'a new secret of some length' });
export const partitionOf = createPartitionOf(PARTITIONS);

export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, place) => String(8_613_900_000_000 + place));
}

/** Every third has an open episode of high risk, and every sixth a work order of it; all have called two others. */
export function stateOf(
  place: number,
  pseudonymOf: (number: string) => string,
  list: readonly string[],
): SubscriberState {
  const parties = [list[(place + 1) % list.length] ?? '', list[(place + 7) % list.length] ?? ''];
  return {
    ...newSubscriber(NOW_MS - 40 * 86_400_000),
    lastEventAtMs: NOW_MS - place * 1_000,
    lastScoredAtMs: NOW_MS - place * 1_000,
    circle: parties.map((party, i) => ({ partyHash: hash32(pseudonymOf(party)), lastDay: 20_000 + i })),
    risk: place % 3 === 0 ? highRisk(place) : { ...NO_RISK_YET, riskScore: 0.1 },
    prediction: { slot: slotReachedBy(NOW_MS), riskScore: 0.25, wasHigh: false, contacted: false, version: 0 },
  };
}

function highRisk(place: number): RiskState {
  return {
    ...NO_RISK_YET,
    band: 'high',
    riskScore: 0.9,
    episode: 1 + (place % 4),
    episodeOpen: true,
    episodeOpenedAtMs: NOW_MS - 86_400_000,
  };
}

/** Fills a keyspace through the stores that services use. */
export async function fillKeyspace(redis: RedisClient, keyspace: string, list: readonly string[]): Promise<void> {
  const store = createPartitionStore(redis, keyspace, PARTITIONS);
  const byPartition = Map.groupBy(list.entries(), ([, number]) => partitionOf(oldId(number)));
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const owner = randomUUID();
    const { seq } = await store.acquire(partition, owner);
    const own = (byPartition.get(partition) ?? []).map(([place, number]) => ({
      subscriberId: oldId(number),
      state: stateOf(place, oldId, list),
    }));
    const feeds = { voice: NOW_MS };
    await store.commit(partition, {
      owner,
      expectedSeq: seq,
      nextOffset: END_OFFSET,
      record: formatPartitionRecord({
        ...NEW_PARTITION,
        time: { watermarkMs: NOW_MS, highestEventMs: undefined, feeds },
        sweep: { slot: Math.floor(NOW_MS / SLOT_MS) + 1, index: 0 },
        quality: ledgerOf('prepaid/1.0.0'),
        counts: { ...NEW_PARTITION.counts, folded: own.length * 10, subscribers: own.length },
      }),
      states: own.map(({ subscriberId, state }) => ({ subscriberId, value: encodeSubscriber(state).slice() })),
      outbox: [],
      wheel: own.map(({ subscriberId }) => ({ subscriberId, slotOfDay: dailySlotOf(subscriberId) })),
      bands: own.map(({ subscriberId, state }) => ({ subscriberId, band: state.risk.band })),
      qualityHours: [{ place: partition, value: Buffer.from('an hour') }],
    });
  }
  const orders = createRedisOrderStore(redis, keyspace);
  for (const [place, number] of list.entries()) {
    if (place % 6 !== 0) continue;
    const { episode } = stateOf(place, oldId, list).risk;
    const alertId = `${oldId(number)}.${episode}`;
    const alert = sampleAlert({ alertId, episode, score: sampleScore({ subscriberId: oldId(number), episode }) });
    const step = openOrder(alert, NOW_MS + place, NOW_MS + 86_400_000);
    await orders.create(step.order, noticeOf(undefined, step));
  }
  await orders.trimOutbox((await orders.readOutbox(10_000)).map(({ entryId }) => entryId));
  await redis.hset(`${keyspace}{orders}:positions`, { 'alert/0': '5', 'alert/1': '0', 'alert/2': '9' });
  await redis.hset(`${keyspace}{intake}:files:top-ups`, { digest: 'how far' });
  await redis.set(`${keyspace}{intake}:progress:top-ups`, 'complete through');
  await redis.hset(`${keyspace}log-witnesses`, { input: '1 2 3' });
}

/** Of a partition that has scored with a version of the model. */
function ledgerOf(modelVersion: string): string {
  const ledger = newLedger();
  versionNumber(ledger, modelVersion);
  return encodeLedger(ledger).toBase64();
}

/** As long as what has been committed, and what the desk has read. */
export const boundsAtRest = {
  input: (): Map<number, LogBounds> =>
    new Map(Array.from({ length: PARTITIONS }, (_, p) => [p, { lowOffset: 0n, endOffset: END_OFFSET }])),
  alerts: (): Map<number, LogBounds> => new Map([5n, 0n, 9n].map((endOffset, p) => [p, { lowOffset: 0n, endOffset }])),
};

/** All keys of a keyspace with their content; who owned partitions is left out, for it is no part of what was known. */
export async function dumpOf(redis: RedisClient, keyspace: string): Promise<Map<string, unknown>> {
  const dump = new Map<string, unknown>();
  for (const key of [...(await scanKeys(redis, `${keyspace}*`))].toSorted()) {
    dump.set(key.slice(keyspace.length), await contentOf(redis, key));
  }
  return dump;
}

async function contentOf(redis: RedisClient, key: string): Promise<unknown> {
  const type = await redis.type(key);
  if (type === 'string') return (await redis.getBuffer(key))?.toString('hex');
  if (type === 'list') return await redis.lrange(key, 0, -1);
  if (type === 'zset') return await redis.zrange(key, '0', '-1', 'WITHSCORES');
  if (type === 'stream') return await redis.xrange(key, '-', '+');
  const { owner, ...fields } = await redis.hgetall(key);
  return owner === undefined || key.endsWith('control') ? fields : { owner, ...fields };
}
