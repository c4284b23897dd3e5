import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../deploy/local/free-port.ts';
import type { Installation } from '../../support/installation.ts';
import { startWatched } from '../../support/watched-service.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import type { ScenarioSize } from '../scenario.ts';
import { tooLong } from '../too-long.ts';

export type ServiceRole = 'scorer' | 'retention';

const STOP_WITHIN_MS = 10_000;

/** Starts services side by side and waits for nothing. They are killed at the end of the installation. */
export function startServices(
  shop: Installation,
  roles: readonly ServiceRole[],
  settings: Readonly<Record<string, string>> = {},
): Promise<WatchedService[]> {
  const logDirectory = join(shop.directory, 'watched');
  mkdirSync(logDirectory, { recursive: true });
  return Promise.all(
    roles.map(async (role, place) => {
      const name = `${role}-${shop.processes.length}-${place}`;
      const own = { ...shop.settings, CHURN_HTTP_PORT: String(await freePort()), ...settings };
      const service = await startWatched({ name, main: `services/${role}/main.ts`, settings: own, logDirectory });
      shop.processes.push(service);
      return service;
    }),
  );
}

/** The same, all ready when it resolves. */
export async function serve(shop: Installation, roles: readonly ServiceRole[]): Promise<WatchedService[]> {
  const services = await startServices(shop, roles);
  await Promise.all(services.map((service) => service.untilReady()));
  return services;
}

/** Stops services by SIGTERM. @returns what was wrong with it: another end than exit code 0, and in full too late a one. */
export async function stopAll(services: readonly WatchedService[], size: ScenarioSize): Promise<string[]> {
  const differences = await Promise.all(
    services.map(async (service) => {
      const { how, afterMs } = await service.stopped();
      return [
        ...(how === 'exit code 0' ? [] : [`${service.name} ended with ${how} after SIGTERM`]),
        ...tooLong(size, `stopping ${service.name}`, afterMs, STOP_WITHIN_MS),
      ];
    }),
  );
  return differences.flat();
}
