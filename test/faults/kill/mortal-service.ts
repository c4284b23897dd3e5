import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Installation } from '../../support/installation.ts';
import { startWatched } from '../../support/watched-service.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import { PRELOAD_VARIABLES } from './points/config.ts';
import type { KillPoint } from './points/kill-points.ts';

/** How a process is to die: at a point that it comes to for the n-th time, or some time after it was started. */
export type Fate =
  | { readonly type: 'at point'; readonly point: KillPoint; readonly nth: number }
  | { readonly type: 'from outside'; readonly afterMs: number };

/** Kafka misses a killed member after this time; the services' settings begin at 6 s. */
const SESSION_MS = 2_000;
const PRELOAD = pathToFileURL(join(import.meta.dirname, 'points', 'preload.ts')).href;
/** A process that has not come to its point by then had no work there. */
const POINT_WITHIN_MS = 60_000;

export interface MortalService extends WatchedService {
  /** Waits until its fate has come true, and gives where; undefined where it never came to its point, and was killed. */
  died(): Promise<KillPoint | 'from outside' | undefined>;
}

/** Starts a deployable and waits for nothing; without a fate it lives on. */
export async function startMortal(
  shop: Installation,
  main: string,
  options: { readonly fate?: Fate; readonly settings?: Readonly<Record<string, string>> } = {},
): Promise<MortalService> {
  const { fate, settings = {} } = options;
  const name = `${main.split('/')[1] ?? main}-${shop.processes.length + 1}`;
  const reportFile = join(shop.directory, `${name}.death`);
  const service = await startWatched({
    name,
    main,
    settings: { ...shop.settings, ...preloadSettings(fate, reportFile), ...settings },
    logDirectory: join(shop.directory, 'logs'),
  });
  shop.processes.push(service);
  const { process: kept } = service;

  /** @returns whether it ended by itself within the time. */
  async function endsWithin(ms: number): Promise<boolean> {
    const late = new AbortController();
    await Promise.race([kept.ended, delay(ms, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    return kept.hasEnded();
  }

  return {
    ...service,
    async died() {
      const endedByItself = await endsWithin(fate?.type === 'from outside' ? fate.afterMs : POINT_WITHIN_MS);
      if (!endedByItself) kept.signal('SIGKILL');
      const how = await kept.ended;
      if (how !== 'SIGKILL') throw new Error(`${name} ended with ${how}:\n${service.logText()}`);
      if (fate?.type === 'from outside') return 'from outside';
      return existsSync(reportFile) ? reportedPoint(reportFile, fate) : undefined;
    },
  };
}

function preloadSettings(fate: Fate | undefined, reportFile: string): Record<string, string> {
  const { point, nth, reportFile: report, sessionMs } = PRELOAD_VARIABLES;
  return {
    NODE_OPTIONS: `--import=${PRELOAD}`,
    [sessionMs]: String(SESSION_MS),
    ...(fate?.type === 'at point' ? { [point]: fate.point, [nth]: String(fate.nth), [report]: reportFile } : {}),
  };
}

function reportedPoint(reportFile: string, fate: Fate | undefined): KillPoint | undefined {
  const told = readFileSync(reportFile, 'utf8').trim();
  if (fate?.type !== 'at point' || told !== fate.point) throw new Error(`a process died at "${told}"`);
  return fate.point;
}
