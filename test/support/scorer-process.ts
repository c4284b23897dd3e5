import { startService } from '../../deploy/local/demo/service-process.ts';
import type { ServiceProcess } from '../../deploy/local/demo/service-process.ts';
import { freePort } from '../../deploy/local/free-port.ts';
import { logTail } from '../../deploy/local/keep-process.ts';
import type { Installation } from './installation.ts';
import { until } from './until.ts';

/** A deployable that runs as a process of its own, as in production. */
export interface RunningService extends ServiceProcess {
  /** Sum of a metric's samples that carry the labels, as `/metrics` tells it now; 0 where there is none. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** Whether `/readyz` says so now: among others, that it is a member of its consumer group. */
  isReady(): Promise<boolean>;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
}

type Settings = Readonly<Record<string, string>>;

/** Starts a scorer on the installation and waits until it has joined the group. */
export function startScorer(installation: Installation, settings: Settings = {}): Promise<RunningService> {
  return startReady(installation, 'services/scorer/main.ts', settings);
}

/** Starts the retention service and waits until it is ready; `address` is that of its API. */
export async function startRetention(
  installation: Installation,
  settings: Settings = {},
): Promise<RunningService & { readonly address: string }> {
  const port = await freePort();
  const own = { ...settings, CHURN_HTTP_PORT: String(port) };
  const service = await startReady(installation, 'services/retention/main.ts', own);
  return { ...service, address: `http://127.0.0.1:${port}` };
}

/** Starts a scorer that is expected to refuse its work, and waits for its end. */
export function scorerThatEnds(
  installation: Installation,
  settings: Settings = {},
): Promise<{ readonly how: string; readonly log: string }> {
  return serviceThatEnds(installation, 'services/scorer/main.ts', settings);
}

/** Starts a deployable that is expected to refuse its work, and waits for its end. */
export async function serviceThatEnds(
  installation: Installation,
  main: string,
  settings: Settings = {},
): Promise<{ readonly how: string; readonly log: string }> {
  const service = await launch(installation, main, settings);
  await until(`${service.name} has ended`, () => Promise.resolve(service.process.hasEnded()));
  return { how: await service.process.ended, log: logTail(service.logFile, 50) };
}

async function startReady(installation: Installation, main: string, settings: Settings): Promise<RunningService> {
  const operationsPort = await freePort();
  const operations = `http://127.0.0.1:${operationsPort}`;
  const service = await launch(installation, main, { ...settings, CHURN_OPERATIONS_PORT: String(operationsPort) });
  const { process: kept, logFile } = service;
  const isReady = async (): Promise<boolean> => (await tryFetch(`${operations}/readyz`))?.ok === true;
  await until(
    `${service.name} is ready`,
    async () => {
      if (kept.hasEnded()) throw new Error(`${service.name} ended with ${await kept.ended}:\n${logTail(logFile)}`);
      return await isReady();
    },
    { state: () => Promise.resolve(logTail(logFile)) },
  );
  return {
    ...service,
    isReady,
    async metric(name, labels = {}) {
      const response = await fetch(`${operations}/metrics`);
      return sumOfSamples(await response.text(), name, labels);
    },
    async kill() {
      kept.signal('SIGKILL');
      await kept.ended;
    },
  };
}

async function launch(installation: Installation, main: string, settings: Settings): Promise<ServiceProcess> {
  const { processes, directory } = installation;
  const role = main.split('/')[1] ?? main;
  const service = await startService({
    name: `${role}-${processes.length + 1}`,
    main,
    settings: { ...installation.settings, CHURN_OPERATIONS_PORT: '0', ...settings },
    logDirectory: `${directory}/logs`,
  });
  processes.push(service);
  return service;
}

async function tryFetch(url: string): Promise<Response | undefined> {
  try {
    return await fetch(url);
  } catch {
    return undefined;
  }
}

function sumOfSamples(text: string, name: string, labels: Settings): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  let sum = 0;
  for (const line of text.split('\n')) {
    const [, found, given = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (found === name && wanted.every((label) => given.split(',').includes(label))) sum += Number(value);
  }
  return sum;
}
