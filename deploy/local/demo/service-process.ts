import { join } from 'node:path';
import { keepProcess, logTail } from '../keep-process.ts';
import type { KeptProcess } from '../keep-process.ts';

export interface ServiceProcess {
  readonly name: string;
  readonly logFile: string;
  readonly process: KeptProcess;
  /** SIGTERM, and wait; @throws if it does not end with exit code 0. */
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Starts a deployable's main.ts on this Node with settings added to the environment; it ends with this process. */
export async function startService(options: {
  readonly name: string;
  readonly main: string;
  readonly args?: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly logDirectory: string;
}): Promise<ServiceProcess> {
  const { name, main, args = [], settings, logDirectory } = options;
  const logFile = join(logDirectory, `${name}.log`);
  const kept = await keepProcess({
    command: process.execPath,
    args: [join(ROOT, main), ...args],
    cwd: ROOT,
    logFile,
    env: { ...process.env, ...settings },
  });
  return {
    name,
    logFile,
    process: kept,
    async stop() {
      kept.signal('SIGTERM');
      const how = await kept.ended;
      if (how !== 'exit code 0') throw new Error(`${name} ended with ${how}:\n${logTail(logFile)}`);
    },
  };
}

/** Rejects as soon as one of the services ends by itself. */
export function failWhenOneEnds(services: readonly ServiceProcess[]): Promise<never> {
  return Promise.race(
    services.map((service) => service.process.ended.then((how) => Promise.reject(endOf(service, how)))),
  );
}

/**
 * Rejects as soon as all of the services that do the same work have ended; of each earlier end it tells, with how many
 * go on.
 */
export function failWhenAllEnd(
  services: readonly ServiceProcess[],
  onEnd: (service: ServiceProcess, how: string, remaining: number) => void,
): Promise<never> {
  const failure = Promise.withResolvers<never>();
  let remaining = services.length;
  for (const service of services) {
    void service.process.ended.then((how) => {
      remaining -= 1;
      if (remaining === 0) failure.reject(endOf(service, how));
      else onEnd(service, how, remaining);
    });
  }
  return failure.promise;
}

function endOf({ name, logFile }: ServiceProcess, how: string): Error {
  return new Error(`${name} ended with ${how}:\n${logTail(logFile)}`);
}
