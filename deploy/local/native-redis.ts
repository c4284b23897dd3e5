import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mendAppendOnlyFile } from './append-only-file.ts';
import { untilRedisAnswers } from './await-ready.ts';
import { openNativeServer } from './native-server.ts';
import type { NativeServer } from './native-server.ts';
import { requireNativeParts } from './require-native-parts.ts';

export type Appendfsync = 'everysec' | 'always' | 'no';

export type RedisOptions = {
  /** Where its configuration, log and append-only file live; data that is there already is loaded. */
  dir: string;
  port: number;
  /** When the append-only file is flushed to disk; `everysec` unless told. */
  appendfsync?: Appendfsync;
  /** More lines of its configuration, by name; they win over those below. */
  settings?: Readonly<Record<string, string>>;
};

export type NativeRedis = NativeServer & { readonly redisUrl: string };

/** Starts a redis-server on 127.0.0.1, durable by its append-only file, and waits until it answers. */
export async function startRedis(options: RedisOptions): Promise<NativeRedis> {
  const { dir, port, appendfsync = 'everysec', settings = {} } = options;
  const { redisServer } = requireNativeParts();
  mkdirSync(dir, { recursive: true });
  const configFile = join(dir, 'redis.conf');
  writeFileSync(configFile, redisConfig(port, appendfsync, settings));
  const redisUrl = `redis://127.0.0.1:${port}`;
  const server = await openNativeServer({
    name: 'Redis',
    port,
    process: { command: redisServer, args: [configFile], cwd: dir, logFile: join(dir, 'redis.log') },
    prepare: () => {
      mendAppendOnlyFile(redisServer, dir);
    },
    untilReady: (signal) => untilRedisAnswers(redisUrl, signal),
  });
  return Object.assign(server, { redisUrl });
}

// Kept in step with the service `redis` of docker-compose.yml.
function redisConfig(port: number, appendfsync: Appendfsync, settings: Readonly<Record<string, string>>): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    'dir ./',
    'daemonize no',
    'appendonly yes',
    `appendfsync ${appendfsync}`,
    // Torn files are mended before each start, by what takes off whole transactions.
    'aof-load-truncated no',
    'save ""',
    // State must never be dropped to make room: a full Redis refuses writes, and the scorer stops.
    'maxmemory-policy noeviction',
    // Enough for one database per test.
    'databases 512',
    ...Object.entries(settings).map(([name, value]) => `${name} ${value}`),
    '',
  ].join('\n');
}
