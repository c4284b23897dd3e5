import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startService } from '../../../deploy/local/demo/service-process.ts';
import type { ServiceProcess } from '../../../deploy/local/demo/service-process.ts';
import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import { UNFINISHED } from '../../../services/rekey/target-keyspace.ts';
import type { Installation } from '../../support/installation.ts';
import { NEW_KEY, OLD_KEY } from './named-people.ts';

export interface RekeyRun {
  /** `exit code 0` or how else it ended. */
  readonly how: string;
  readonly log: string;
  readonly seconds: number;
  /** Most memory that was seen in use. */
  readonly peakMiB: number;
}

export interface RekeyOrder {
  readonly shop: Installation;
  readonly numbers: readonly string[];
  readonly from: string;
  readonly to: string;
  /** Gives the old keyspace back instead. */
  readonly isBack?: boolean;
}

let runs = 0;

/** Runs `npm run rekey` to its end, or to that which `disturb` gives it. */
export async function runRekeyProcess(
  order: RekeyOrder,
  disturb: (service: ServiceProcess) => Promise<void> = () => Promise.resolve(),
): Promise<RekeyRun> {
  const { shop, numbers, from, to, isBack = false } = order;
  runs++;
  const list = join(shop.directory, `numbers-${runs}.txt`);
  writeFileSync(list, numbers.map((number) => `${number}\n`).join(''));
  const startedAtMs = performance.now();
  const service = await startService({
    name: `rekey-${runs}`,
    main: 'services/rekey/main.ts',
    args: [...(isBack ? ['--reopen'] : ['--numbers', list]), '--from', from, '--to', to],
    settings: {
      ...shop.settings,
      CHURN_OLD_PSEUDONYM_KEY_ID: OLD_KEY.keyId,
      CHURN_OLD_PSEUDONYM_SECRET: OLD_KEY.secret,
      CHURN_PSEUDONYM_KEY_ID: NEW_KEY.keyId,
      CHURN_PSEUDONYM_SECRET: NEW_KEY.secret,
    },
    logDirectory: `${shop.directory}/logs`,
  });
  shop.processes.push(service);
  const [peakMiB] = await Promise.all([peakOf(service), disturb(service)]);
  const how = await service.process.ended;
  const seconds = (performance.now() - startedAtMs) / 1_000;
  return { how, log: readFileSync(service.logFile, 'utf8'), seconds, peakMiB };
}

/** Ends a run without warning while the new keyspace is half there. @returns whether it was. */
export async function killHalfWay({ redis }: Installation, to: string, service: ServiceProcess): Promise<boolean> {
  while (!service.process.hasEnded()) {
    if (await isUnfinished(redis, to)) {
      service.process.signal('SIGKILL');
      await service.process.ended;
      return await isUnfinished(redis, to);
    }
  }
  return false;
}

async function isUnfinished(redis: Installation['redis'], to: string): Promise<boolean> {
  return (await redis.hget(partitionKeys(to, 0).control, 'partitions')) === UNFINISHED;
}

async function peakOf(service: ServiceProcess): Promise<number> {
  let peakKiB = 0;
  while (!service.process.hasEnded()) {
    peakKiB = Math.max(peakKiB, residentKiB(service.process.pid));
    await delay(50);
  }
  return peakKiB / 1_024;
}

function residentKiB(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    // It has ended, or this system does not tell.
    return 0;
  }
}
