import { join } from 'node:path';
import { createKafka } from '../../../services/platform/kafka/client.ts';
import { deadLetterTopicOf } from '../../../services/platform/kafka/dead-letter.ts';
import type { Installation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';
import { scanKeys } from '../../support/scan-keys.ts';
import { filePlaces } from './file-places.ts';
import type { Place } from './search.ts';

/** The topics of a whole Kafka but some, and but its own. */
export async function allTopicsBut({ kafka }: Installation, leftOut: readonly string[]): Promise<string[]> {
  const admin = createKafka(kafka).admin();
  await admin.connect();
  const topics = await admin.listTopics().finally(() => admin.disconnect());
  return topics.filter((name) => !leftOut.includes(name) && !name.startsWith('__'));
}

/** Keys, values and headers of topics, one place for each topic. */
export async function topicPlaces(shop: Installation, topics: readonly string[]): Promise<Place[]> {
  const places: Place[] = [];
  for (const topic of topics) {
    const parts: Buffer[] = [];
    for (const { key, value, headers } of await recordsOf(shop, topic)) {
      const told = Object.entries(headers).flatMap(([name, text]) => [Buffer.from(name), text]);
      for (const part of [key, value, ...told]) if (part !== null) parts.push(part, Buffer.from('\n'));
    }
    places.push({ kind: 'record of a topic', name: topic, bytes: Buffer.concat(parts) });
  }
  return places;
}

/** All that an installation's services log, write to topics and keep in Redis, whoever else uses the same servers. */
export async function keptPlaces(shop: Installation): Promise<Place[]> {
  const { input, score, alert, workOrder, outcome } = shop.topics;
  const topics = [input, score, alert, workOrder, outcome, ...[input, alert, outcome].map(deadLetterTopicOf)];
  return [
    ...filePlaces('log of a process', join(shop.directory, 'logs')),
    ...(await topicPlaces(shop, topics)),
    ...(await redisPlaces(shop)),
  ];
}

/** Keys and values of every type, one place for each key. */
export async function redisPlaces(shop: Installation): Promise<Place[]> {
  const places: Place[] = [];
  for (const key of await scanKeys(shop.redis, '*')) {
    const content = await contentOf(shop, key);
    places.push({
      kind: 'key or value of Redis',
      name: key,
      bytes: Buffer.concat([Buffer.from(`${key}\n`), ...content]),
    });
  }
  return places;
}

async function contentOf({ redis }: Installation, key: string): Promise<Buffer[]> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return [(await redis.getBuffer(key)) ?? Buffer.alloc(0)];
    case 'hash':
      return Object.entries(await redis.hgetallBuffer(key)).flatMap(([field, value]) => [Buffer.from(field), value]);
    case 'list':
      return await redis.lrangeBuffer(key, 0, -1);
    case 'set':
      return await redis.smembersBuffer(key);
    case 'zset':
      return await redis.zrangeBuffer(key, 0, -1, 'WITHSCORES');
    case 'stream':
      return (await redis.xrangeBuffer(key, '-', '+')).flatMap(([id, fields]) => [id, ...fields]);
    case 'none':
      return [];
    default:
      throw new Error(`Redis holds a ${type} at ${key}: nobody knows how to search it`);
  }
}
