import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createKafka } from '../../../services/platform/kafka/client.ts';
import type { Installation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';
import { scanKeys } from '../../support/scan-keys.ts';
import type { Place, PlaceKind } from './search.ts';

/** Files below a folder, as far as they are not left out by a part of their path. */
export function filePlaces(
  kind: PlaceKind,
  folder: string,
  isLeftOut: (path: string) => boolean = () => false,
): Place[] {
  if (!existsSync(folder)) return [];
  return (
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .filter((path) => !isLeftOut(path))
      // The name of a file may tell as much as its content.
      .map((path) => ({
        kind,
        name: path,
        bytes: Buffer.concat([Buffer.from(`${path}\n`), readFile(join(folder, path))]),
      }))
  );
}

/** One that is removed meanwhile holds nothing any more. */
function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** Keys, values and headers of all topics but some, one place for each topic. */
export async function topicPlaces(shop: Installation, leftOut: readonly string[]): Promise<Place[]> {
  const admin = createKafka(shop.kafka).admin();
  await admin.connect();
  const topics = await admin.listTopics().finally(() => admin.disconnect());
  const places: Place[] = [];
  for (const topic of topics.filter((name) => !leftOut.includes(name) && !name.startsWith('__'))) {
    const parts: Buffer[] = [];
    for (const { key, value, headers } of await recordsOf(shop, topic)) {
      const told = Object.entries(headers).flatMap(([name, text]) => [Buffer.from(name), text]);
      for (const part of [key, value, ...told]) if (part !== null) parts.push(part, Buffer.from('\n'));
    }
    places.push({ kind: 'record of a topic', name: topic, bytes: Buffer.concat(parts) });
  }
  return places;
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
