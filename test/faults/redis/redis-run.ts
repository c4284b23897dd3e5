import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startKafka } from '../../../deploy/local/native-kafka.ts';
import { readTestStackAddress } from '../../../deploy/local/test-stack-address.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { startWatched } from '../../support/watched-service.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import type { ScenarioContext } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import type { JudgeOrdersOptions } from '../verdict/judge-orders.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { untilAtRest } from './at-rest.ts';
import { startDesk } from './desk-client.ts';
import type { DeskClient, DeskOutcome } from './desk-client.ts';
import { startLoad } from './steady-load.ts';
import type { SteadyLoad } from './steady-load.ts';

const PARTITIONS = 3;
/** A subscriber who comes back may be warned of again soon, so that alerts go on coming. */
const policy = { warmUpDays: 2, suppressAfterOutcomeDays: 3 };
const LOAD = {
  small: { subscribers: 24, paceMs: 400, scorers: 1 },
  full: { subscribers: 120, paceMs: 400, scorers: 2 },
};

/** Scorers, a desk and its client at work on a Redis that is going to suffer. */
export interface RedisRun {
  readonly shop: Installation;
  readonly services: readonly WatchedService[];
  readonly load: SteadyLoad;
  readonly desk: DeskClient;
  /** Stops the load and waits until all of it is done. */
  comeToRest(): Promise<void>;
  /** To be called at rest. Ends the services; one that had ended before is a difference. */
  verdict(losses?: JudgeOrdersOptions): Promise<RedisVerdict>;
}

export interface RedisVerdict extends Verdict {
  readonly desk: DeskOutcome;
}

/** A folder that is removed when the scenario has ended. */
export function scenarioFolder(context: ScenarioContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'churn-fault-'));
  context.after(() => {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    return Promise.resolve();
  });
  return directory;
}

/** @param redisUrl of a Redis that is empty and runs. Kafka is that of the test run, or one of the scenario's own. */
export async function openRedisRun(context: ScenarioContext, redisUrl: string): Promise<RedisRun> {
  const brokers = readTestStackAddress()?.brokers ?? (await ownKafka(context));
  const shop = await openInstallation(context, { partitions: PARTITIONS, policy, stack: { brokers, redisUrl } });
  const { scorers, ...pace } = LOAD[context.size];
  const logDirectory = join(shop.directory, 'watched');
  mkdirSync(logDirectory);
  const httpPort = await freePort();
  const names = [...Array.from({ length: scorers }, (_, i) => `scorer-${i + 1}`), 'retention'];
  const services: WatchedService[] = [];
  for (const name of names) {
    const main = `services/${name.split('-')[0] ?? ''}/main.ts`;
    const settings = { ...shop.settings, CHURN_HTTP_PORT: String(httpPort) };
    const service = await startWatched({ name, main, settings, logDirectory });
    services.push(service);
    shop.processes.push(service);
  }
  for (const service of services) await service.untilReady();
  const load = startLoad(shop, { ...pace, signal: context.signal });
  const desk = startDesk(`http://127.0.0.1:${httpPort}`, context.signal);
  // Before the processes are killed, or both would see what only the end brings about.
  context.after(async () => {
    await Promise.allSettled([load.stop(), desk.stop()]);
  });

  return {
    shop,
    services,
    load,
    desk,
    async comeToRest() {
      await load.stop();
      await desk.stop();
      await untilAtRest(shop);
    },
    async verdict(losses = {}) {
      const verdict = await judge(shop, await expectedOutcome(shop), losses);
      const outcome = await desk.outcome(shop);
      const ends = await Promise.all(services.map(endOf));
      return {
        ...verdict,
        desk: outcome,
        differences: [...verdict.differences, ...outcome.unexpected, ...ends.flat()],
        measured: { 'subscriber events': load.events(), ...verdict.measured, ...deskFigures(outcome) },
      };
    },
  };
}

function deskFigures({ acknowledged, lost, unavailable }: DeskOutcome): Record<string, number> {
  return {
    'acknowledged HTTP changes': acknowledged,
    'acknowledged HTTP changes lost': lost,
    'HTTP requests answered 503': unavailable,
  };
}

async function endOf(service: WatchedService): Promise<string[]> {
  if (service.process.hasEnded()) return [`${service.name} ended meanwhile with ${await service.process.ended}`];
  const { how } = await service.stopped();
  const told = how === 'exit code 0' ? [] : [`${service.name} ended with ${how}`];
  return service.logText().includes('"stack"') ? [...told, `${service.name} wrote a stack into its log`] : told;
}

async function ownKafka(context: ScenarioContext): Promise<string[]> {
  const kafka = await startKafka({ dir: join(scenarioFolder(context), 'kafka'), port: await freePort() });
  context.after(() => kafka.kill());
  return kafka.brokers;
}
