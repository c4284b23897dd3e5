import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { until } from '../../support/until.ts';
import { ask } from './ask.ts';
import type { PrivateShop } from './shop.ts';
import type { Place } from './search.ts';

const PLANTED_LOG = 'planted.log';

/**
 * Puts a number into each kind of place, in another way of writing for each.
 *
 * @param number the nth way of writing the number.
 */
export async function plant({ shop, logFolder }: PrivateShop, number: (nth: number) => string): Promise<void> {
  appendFileSync(join(logFolder, PLANTED_LOG), `called ${number(0)}\n`);
  appendFileSync(join(shop.directory, 'console', 'planted.txt'), `called ${number(1)}\n`);
  const rejects = join(shop.directory, 'rejects', 'planted');
  mkdirSync(rejects, { recursive: true });
  appendFileSync(join(rejects, 'planted.ndjson'), JSON.stringify({ value: number(2) }));
  const { redis, topics, producer } = shop;
  await redis.set('planted:string', Buffer.from(number(3), 'utf16le'));
  await redis.set(`planted:${number(4)}`, 'x');
  await redis.hset('planted:hash', number(5), 'x');
  await redis.rpush('planted:list', Buffer.from(number(6)).toString('base64'));
  await redis.sadd('planted:set', number(7));
  await redis.zadd('planted:zset', 1, number(0));
  await redis.xadd('planted:stream', '*', 'field', number(1));
  await producer.send([
    { topic: topics.score, partition: 0, key: number(2), value: null },
    { topic: topics.workOrder, partition: 0, key: 'k', value: Buffer.from(number(3), 'utf16le') },
    { topic: topics.alert, partition: 0, key: 'k', value: Buffer.from('x'), headers: { planted: number(4) } },
  ]);
}

/** Takes out of the logs again what no service wrote: they are searched once more when all has ended. */
export function unplant({ logFolder }: PrivateShop): void {
  rmSync(join(logFolder, PLANTED_LOG));
}

/** How many places a plant has to be found in, beside files of servers and answers. */
export const PLANTED = {
  'log of a process': 1,
  'console of a command': 1,
  'reject file': 1,
  'key or value of Redis': 7,
  'record of a topic': 3,
} as const;

/** What a server that repeats numbers answers, as metrics and to a request. */
export async function plantedAnswers(number: string): Promise<Place[]> {
  const server = createServer((request, response) => {
    response.writeHead(404, { 'x-told': encodeURIComponent(number) }).end(`no ${request.url ?? ''}`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const places = await Promise.all([
    ask(`http://127.0.0.1:${port}`, { path: '/x' }),
    ask(`http://127.0.0.1:${port}`, { path: `/${encodeURIComponent(number)}` }, 'metrics and health'),
  ]);
  server.close();
  await until('the server has ended', () => Promise.resolve(!server.listening));
  return places;
}
