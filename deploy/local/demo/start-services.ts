import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import type { Stack } from '../stack.ts';
import { failWhenOneEnds, startService } from './service-process.ts';
import type { ServiceProcess } from './service-process.ts';

const SCORERS = 2;
const READY_WITHIN_MS = 90_000;

/** Settings that all services of a demo share. */
export function commonSettings(stack: Stack, extra: Readonly<Record<string, string>>): Record<string, string> {
  return { CHURN_KAFKA_BROKERS: stack.brokers.join(','), CHURN_REDIS_URL: stack.redisUrl, ...extra };
}

/** Two scorers that share the partitions, and the retention service; resolves when all are ready. */
export async function startServices(options: {
  readonly settings: Readonly<Record<string, string>>;
  readonly httpPort: number;
  readonly logDirectory: string;
}): Promise<ServiceProcess[]> {
  const { settings, httpPort, logDirectory } = options;
  const services: ServiceProcess[] = [];
  const readyUrls: string[] = [];
  async function start(name: string, main: string, own: Readonly<Record<string, string>>): Promise<void> {
    const port = await freePort();
    readyUrls.push(`http://127.0.0.1:${port}/readyz`);
    const all = { ...settings, ...own, CHURN_OPERATIONS_PORT: String(port) };
    services.push(await startService({ name, main, settings: all, logDirectory }));
  }
  for (let i = 1; i <= SCORERS; i++) await start(`scorer-${i}`, 'services/scorer/main.ts', {});
  await start('retention', 'services/retention/main.ts', { CHURN_HTTP_PORT: String(httpPort) });
  try {
    await Promise.race([Promise.all(readyUrls.map(untilReady)), failWhenOneEnds(services)]);
  } catch (error) {
    for (const service of services) service.process.signal('SIGKILL');
    throw error;
  }
  return services;
}

async function untilReady(url: string): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await fetch(url).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => undefined,
    );
    if (answer?.status === 200) return;
    if (performance.now() > deadlineMs) throw new Error(`${url} is not ready: ${answer?.text ?? 'no answer'}`);
    await delay(100);
  }
}
