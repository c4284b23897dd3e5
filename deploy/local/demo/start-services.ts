import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import type { Stack } from '../stack.ts';
import { failWhenOneEnds, startService } from './service-process.ts';
import type { ServiceProcess } from './service-process.ts';
import { TOPICS } from './topics.ts';

const SCORERS = 2;
const READY_WITHIN_MS = 90_000;

/**
 * Settings that all services of a demo share. Those that the demo itself depends on are its own, whatever the
 * environment says.
 */
export function commonSettings(stack: Stack, extra: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...extra,
    CHURN_KAFKA_BROKERS: stack.brokers.join(','),
    CHURN_REDIS_URL: stack.redisUrl,
    CHURN_REDIS_KEYSPACE: '',
    CHURN_AUTH: 'off',
    CHURN_HTTP_HOST: '127.0.0.1',
    CHURN_PUBLIC_BASE_URL: '',
    CHURN_INPUT_TOPIC: TOPICS.input,
    CHURN_SCORE_TOPIC: TOPICS.score,
    CHURN_ALERT_TOPIC: TOPICS.alert,
    CHURN_WORK_ORDER_TOPIC: TOPICS.workOrder,
    CHURN_OUTCOME_TOPIC: TOPICS.outcome,
  };
}

export interface DemoServices {
  readonly scorers: readonly ServiceProcess[];
  readonly retention: ServiceProcess;
  /** Where each answers `/metrics` and `/readyz`. */
  readonly operations: readonly OperationsAddress[];
}

export interface OperationsAddress {
  readonly name: string;
  readonly address: string;
}

/** Two scorers that share the partitions, and the retention service; resolves when all are ready. */
export async function startServices(options: {
  readonly settings: Readonly<Record<string, string>>;
  readonly httpPort: number;
  readonly logDirectory: string;
}): Promise<DemoServices> {
  const { settings, httpPort, logDirectory } = options;
  const services: ServiceProcess[] = [];
  const operations: OperationsAddress[] = [];
  const giveUp = new AbortController();
  async function start(name: string, main: string, own: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    const port = await freePort();
    operations.push({ name, address: `http://127.0.0.1:${port}` });
    const all = { ...settings, ...own, CHURN_OPERATIONS_PORT: String(port) };
    const service = await startService({ name, main, settings: all, logDirectory });
    services.push(service);
    return service;
  }
  const scorers: ServiceProcess[] = [];
  for (let i = 1; i <= SCORERS; i++) scorers.push(await start(`scorer-${i}`, 'services/scorer/main.ts', {}));
  const retention = await start('retention', 'services/retention/main.ts', { CHURN_HTTP_PORT: String(httpPort) });
  try {
    const ready = operations.map(({ address }) => untilReady(`${address}/readyz`, giveUp.signal));
    await Promise.race([Promise.all(ready), failWhenOneEnds(services)]);
  } catch (error) {
    giveUp.abort();
    for (const service of services) service.process.signal('SIGKILL');
    throw error;
  }
  return { scorers, retention, operations };
}

async function untilReady(url: string, signal: AbortSignal): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  while (!signal.aborted) {
    const answer = await fetch(url).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => undefined,
    );
    if (answer?.status === 200) return;
    if (performance.now() > deadlineMs) throw new Error(`${url} is not ready: ${answer?.text ?? 'no answer'}`);
    await delay(100);
  }
}
