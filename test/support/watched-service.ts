import { readFileSync } from 'node:fs';
import { startService } from '../../deploy/local/demo/service-process.ts';
import type { ServiceProcess } from '../../deploy/local/demo/service-process.ts';
import { freePort } from '../../deploy/local/free-port.ts';
import { until } from './until.ts';

export interface ShownReadiness {
  /** Of HTTP: 200 or 503. */
  readonly status: number;
  readonly parts: readonly { readonly name: string; readonly state: string; readonly detail: string }[];
}

/** A line of a service's log. */
export interface LogLine {
  /** As pino numbers them: 30 info, 40 warn, 50 error, 60 fatal. */
  readonly level: number;
  readonly msg: string;
  readonly part: string;
}

/** A deployable that runs as a process and is watched by its health and its log, whatever its parts do. */
export interface WatchedService extends ServiceProcess {
  /** Address of its health and metrics. */
  readonly operations: string;
  /** undefined while it does not answer. */
  readiness(): Promise<ShownReadiness | undefined>;
  isAlive(): Promise<boolean>;
  untilReady(): Promise<void>;
  /** Waits until it is not ready. @returns the milliseconds that it took. */
  untilNotReady(withinMs: number): Promise<number>;
  logText(): string;
  logLines(): readonly LogLine[];
  /** SIGTERM, and waits for its end. */
  stopped(): Promise<{ readonly how: string; readonly afterMs: number }>;
}

/** Starts a deployable and waits for nothing. Kill it at the end of the test. */
export async function startWatched(options: {
  readonly name: string;
  readonly main: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly logDirectory: string;
}): Promise<WatchedService> {
  const port = await freePort();
  const operations = `http://127.0.0.1:${port}`;
  const service = await startService({
    ...options,
    settings: { ...options.settings, CHURN_OPERATIONS_PORT: String(port) },
  });
  const { process: kept, logFile, name } = service;

  async function readiness(): Promise<ShownReadiness | undefined> {
    try {
      const response = await fetch(`${operations}/readyz?verbose`);
      const body = (await response.json()) as Pick<ShownReadiness, 'parts'>;
      return { status: response.status, parts: body.parts };
    } catch {
      return undefined;
    }
  }

  async function untilStatus(status: number, what: string, withinMs?: number): Promise<void> {
    await until(
      `${name} is ${what}`,
      async () => {
        if (kept.hasEnded())
          throw new Error(`${name} ended with ${await kept.ended}:\n${readFileSync(logFile, 'utf8')}`);
        return (await readiness())?.status === status;
      },
      { state: async () => JSON.stringify(await readiness()), ...(withinMs === undefined ? {} : { withinMs }) },
    );
  }

  return {
    ...service,
    operations,
    readiness,
    async isAlive() {
      return (await fetch(`${operations}/livez`).catch(() => undefined))?.status === 200;
    },
    untilReady: () => untilStatus(200, 'ready'),
    async untilNotReady(withinMs) {
      const startedAtMs = performance.now();
      await untilStatus(503, 'not ready', withinMs);
      return performance.now() - startedAtMs;
    },
    logText: () => readFileSync(logFile, 'utf8'),
    logLines: () =>
      readFileSync(logFile, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map(parseLine),
    async stopped() {
      const startedAtMs = performance.now();
      kept.signal('SIGTERM');
      const how = await kept.ended;
      return { how, afterMs: performance.now() - startedAtMs };
    },
  };
}

function parseLine(text: string): LogLine {
  const line = JSON.parse(text) as Partial<LogLine>;
  return { level: line.level ?? 0, msg: line.msg ?? '', part: line.part ?? '' };
}
