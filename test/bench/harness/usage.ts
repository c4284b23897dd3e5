import { readFileSync } from 'node:fs';
import type { RedisClient } from '../../../services/platform/redis/redis-client.ts';

/** Linux counts processor time in hundredths of a second for everybody. */
const TICKS_PER_SECOND = 100;

/** Processor time (user and system) of a process, its threads included; undefined where /proc does not tell. */
export function cpuSecondsOf(pid: number | undefined): number | undefined {
  const stat = pid === undefined ? undefined : readProc(`/proc/${pid}/stat`);
  // The second field, a name in brackets, may hold anything.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields?.[11]) + Number(fields?.[12]);
  return Number.isNaN(ticks) ? undefined : ticks / TICKS_PER_SECOND;
}

/** Most memory that a process has held so far. */
export function peakRssBytesOf(pid: number | undefined): number | undefined {
  const status = pid === undefined ? undefined : readProc(`/proc/${pid}/status`);
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

export interface RedisUsage {
  /** Of the server and of the children that rewrite its file. */
  readonly cpuSeconds: number;
  /** What the keys of all databases take, their values and index included; not clients, scripts and buffers. */
  readonly dataBytes: number;
  readonly rssBytes: number;
}

export async function redisUsage(redis: RedisClient): Promise<RedisUsage> {
  const info = `${await redis.info('cpu')}\n${await redis.info('memory')}`;
  const field = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  return {
    cpuSeconds:
      field('used_cpu_sys') + field('used_cpu_user') + field('used_cpu_sys_children') + field('used_cpu_user_children'),
    dataBytes:
      field('used_memory') - field('used_memory_startup') - field('mem_clients_normal') - field('mem_aof_buffer'),
    rssBytes: field('used_memory_rss'),
  };
}
