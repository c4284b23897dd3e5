import { freePort } from '../../../deploy/local/free-port.ts';
import type { Installation } from '../../support/installation.ts';
import { until } from '../../support/until.ts';
import { startWatched } from '../../support/watched-service.ts';
import type { WatchedService } from '../../support/watched-service.ts';

/** Far beyond what a take-over may last: whoever waited for it would be seen. */
const LONG_SESSION = { CHURN_SESSION_TIMEOUT_MS: '120000' };

/** One of each kind, in groups that wait long for a member that died. */
export interface RunningPair {
  readonly scorer: WatchedService;
  readonly retention: WatchedService;
  readonly api: string;
}

/** Starts a pair and waits until both are ready. */
export async function startPair(shop: Installation): Promise<RunningPair> {
  const port = await freePort();
  const settings = { ...shop.settings, ...LONG_SESSION, CHURN_HTTP_PORT: String(port) };
  const logDirectory = `${shop.directory}/logs`;
  const start = async (role: string): Promise<WatchedService> => {
    const name = `${role}-${shop.processes.length + 1}`;
    const service = await startWatched({ name, main: `services/${role}/main.ts`, settings, logDirectory });
    shop.processes.push(service);
    await service.untilReady();
    return service;
  };
  return { scorer: await start('scorer'), retention: await start('retention'), api: `http://127.0.0.1:${port}` };
}

/** Waits until a pair has all partitions of the three topics that are read. @returns how long that took, in milliseconds. */
export async function takenOver({ scorer, retention }: RunningPair, partitions: number): Promise<number> {
  const startedAtMs = performance.now();
  await until('all partitions have been taken over', async () => {
    const [scored, worked] = await Promise.all([partitionsHeld(scorer), partitionsHeld(retention)]);
    return scored === partitions && worked === 2 * partitions;
  });
  return performance.now() - startedAtMs;
}

/** Partitions of all topics that it reads, by what its health tells. */
export async function partitionsHeld(service: WatchedService): Promise<number> {
  const parts = (await service.readiness())?.parts ?? [];
  return parts.filter(({ name }) => name.startsWith('consumer')).flatMap(({ detail }) => detail.match(/\d+/g) ?? [])
    .length;
}
