import type { Redis } from 'ioredis';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeRedis } from '../../../deploy/local/native-redis.ts';
import { until } from '../../support/until.ts';
import { errorsAnswered } from './server-admin.ts';

/** A while in which a server runs and does not do what it is asked. */
export interface Refusal {
  readonly name: string;
  /** First word of what it answers meanwhile; undefined where it answers nothing. */
  readonly word: string | undefined;
  /** As the services tell it. */
  readonly cause: RegExp;
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}

/**
 * @param redis with the settings below.
 * @param admin of it.
 * @param other of the same server, to be blocked.
 * @param dir of the server.
 */
export function refusalsOf(redis: NativeRedis, admin: Redis, other: Redis, dir: string): readonly Refusal[] {
  return [
    {
      name: 'replica',
      word: 'READONLY',
      cause: /READONLY/,
      // Of nobody: port 1 is not offered, so that it keeps its data.
      begin: () => admin.replicaof('127.0.0.1', 1),
      end: () => admin.replicaof('NO', 'ONE'),
    },
    blocked(admin, other),
    withoutDisk(admin, dir),
    {
      name: 'memory full',
      word: 'OOM',
      cause: /memory is full/,
      async begin() {
        const used = Number(/^used_memory:(\d+)/m.exec(await admin.info('memory'))?.[1]);
        const before = await errorsAnswered(admin, 'OOM');
        await admin.config('SET', 'maxmemory', used + ROOM_BYTES);
        // It runs full in the midst of the work. What is used goes up and down with requests: from then on it stays full.
        await until('a write is refused', async () => (await errorsAnswered(admin, 'OOM')) > before);
        await admin.config('SET', 'maxmemory', 1);
      },
      end: () => admin.config('SET', 'maxmemory', 0),
    },
    {
      name: 'other password',
      word: 'NOAUTH',
      cause: /refuses the user and password/,
      async begin() {
        // Whoever is connected stays admitted: the services have to come anew, the scenario has not.
        await admin.config('SET', 'requirepass', 'another');
        await admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      },
      end: () => admin.config('SET', 'requirepass', ''),
    },
    {
      name: 'frozen',
      word: undefined,
      cause: /does not answer/,
      begin: () => Promise.resolve(process.kill(redis.pid, 'SIGSTOP')),
      end: () => Promise.resolve(process.kill(redis.pid, 'SIGCONT')),
    },
  ];
}

const ROOM_BYTES = 64 * 1_024;

/** For servers that are to be refused by, and loaded slowly. */
export const REFUSAL_SETTINGS = {
  'busy-reply-threshold': '200',
  // As often as it can, it answers while it loads.
  'loading-process-events-interval-bytes': '1024',
  // Of the snapshot within the append-only file, in microseconds.
  'key-load-delay': '8000',
};

function blocked(admin: Redis, other: Redis): Refusal {
  let script: Promise<unknown> = Promise.resolve();
  return {
    name: 'script of another client',
    word: 'BUSY',
    cause: /BUSY/,
    async begin() {
      script = other.eval('while true do end', 0).catch(() => undefined);
      const isBusy = (error: unknown): boolean => String(error).includes('BUSY');
      await until('the script blocks', () => admin.ping().then(() => false, isBusy));
    },
    async end() {
      await admin.call('SCRIPT', 'KILL');
      await script;
    },
  };
}

function withoutDisk(admin: Redis, dir: string): Refusal {
  const inTheWay = join(dir, 'dump.rdb');

  async function save(status: 'ok' | 'err'): Promise<void> {
    await admin.bgsave();
    await until(`the snapshot ends with ${status}`, async () => {
      const info = await admin.info('persistence');
      return /^rdb_bgsave_in_progress:0/m.test(info) && new RegExp(`^rdb_last_bgsave_status:${status}`, 'm').test(info);
    });
  }

  return {
    name: 'snapshots fail',
    word: 'MISCONF',
    cause: /MISCONF/,
    async begin() {
      // Nothing can be renamed to the name of a folder: the snapshot fails, as on a full disk.
      mkdirSync(inTheWay);
      await admin.config('SET', 'save', '3600 100000000');
      await save('err');
    },
    async end() {
      rmdirSync(inTheWay);
      await save('ok');
      await admin.config('SET', 'save', '');
    },
  };
}
