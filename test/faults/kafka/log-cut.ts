import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { ownStack } from '../../support/own-stack.ts';
import { until } from '../../support/until.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import type { FaultScenario, ScenarioContext } from '../scenario.ts';
import { cutBefore, makeAnew } from './log-damage.ts';
import { readerOf } from './reader.ts';
import type { Reader } from './reader.ts';
import { serve, startServices } from './serve.ts';
import type { ServiceRole } from './serve.ts';

const LONGEST_FETCH_MS = 1_000;

interface Damage {
  readonly name: string;
  /** @returns the offset up to which a service that was frozen meanwhile may have records; undefined where it may have any. */
  done(shop: Installation, reader: Reader): Promise<bigint | undefined>;
}

const cut: Damage = {
  name: 'records deleted before they were read',
  async done(shop, reader) {
    await reader.send(1);
    // A fetch that was waiting has been answered by now, to a frozen service, too: those records are not lost.
    await delay(LONGEST_FETCH_MS);
    const { endOffset } = await shop.offsets.boundsOf(reader.topic, 0);
    await reader.send(2);
    await cutBefore(shop, reader.topic, endOffset + 2n);
    return endOffset;
  },
};
const madeShorter: Damage = {
  name: 'topic made anew, and shorter',
  async done(shop, reader) {
    await makeAnew(shop, reader.topic);
    return undefined;
  },
};
const madeLonger: Damage = {
  name: 'topic made anew, and longer',
  async done(shop, reader) {
    await makeAnew(shop, reader.topic);
    for (const day of [2, 3, 4]) await reader.send(day);
    return undefined;
  },
};

interface Case {
  readonly role: ServiceRole;
  readonly damage: Damage;
  /** Whether the service is there while it happens; it is then frozen, so that it cannot have read what is lost. */
  readonly isRunning: boolean;
  readonly says: RegExp;
}

/** What waiting cannot mend ends with 78 where it is seen before anything else. */
const REFUSALS: readonly string[] = ['exit code 1', 'exit code 78'];

const SAYS = {
  scorer:
    /partition 0: Redis goes on at offset \d+, but the log holds \d+ to \d+.*gone from Kafka|is another log than it was/,
  retention: /\/0: offset \d+ is next, but the topic (begins at \d+|ends before it)|is another log than it was/,
};

const CASES: readonly Case[] = (['scorer', 'retention'] as const).flatMap((role) =>
  [cut, madeShorter, madeLonger].flatMap((damage) =>
    [false, true].map((isRunning) => ({ role, damage, isRunning, says: SAYS[role] })),
  ),
);

/** One of each kind. */
function isInSmall(role: ServiceRole, isRunning: boolean, damage: Damage): boolean {
  if (damage === cut) return isRunning === (role === 'retention');
  return role === 'scorer' && !isRunning;
}

/** A reader whose next record is gone must not go on with another one. */
export const logCut: FaultScenario = {
  name: 'log-cut',
  promise:
    'where Kafka no longer has what comes next, the service ends and says so: nothing is skipped, nothing is written',
  async run(context) {
    const stack = await ownStack(context);
    await Promise.all([stack.startKafka(), stack.startRedis()]);
    const injected: Record<string, number> = {};
    const differences: string[] = [];
    let endedMs = 0;
    let positions = 0;
    const cases =
      context.size === 'full'
        ? CASES
        : CASES.filter(({ role, isRunning, damage }) => isInSmall(role, isRunning, damage));
    for (const [place, one] of cases.entries()) {
      const redisUrl = `${stack.address.redisUrl}/${place + 1}`;
      const shop = await openInstallation(context, { partitions: 1, stack: { ...stack.address, redisUrl } });
      const found = await suffer(context, shop, one);
      endedMs = Math.max(endedMs, found.endedMs);
      positions += found.positions;
      differences.push(...found.differences);
      const name = `${one.role}${one.isRunning ? ' running' : ' down'}: ${one.damage.name}`;
      injected[name] = 1;
      context.progress(name);
    }
    return {
      injected,
      compared: { refusals: cases.length, 'positions before and after': positions },
      lost: null,
      doubled: null,
      invented: null,
      differences,
      measured: { 'longest time to the end, ms': Math.round(endedMs) },
    };
  },
};

async function suffer(
  context: ScenarioContext,
  shop: Installation,
  { role, damage, isRunning, says }: Case,
): Promise<{ readonly differences: string[]; readonly endedMs: number; readonly positions: number }> {
  const reader = readerOf(role, shop);
  const [first] = await serve(shop, [role]);
  if (first === undefined) throw new Error('no service was started');
  await reader.send(0);
  await reader.untilRead();
  if (damage !== cut) await reader.untilWitnessed();
  const [next, before] = [await reader.position(), await reader.made()];
  if (next === undefined || next === 0n) throw new Error(`${role} has no position`);

  if (isRunning) first.process.signal('SIGSTOP');
  else await first.stopped();
  const readableTo = await damage.done(shop, reader);
  const fromMs = performance.now();
  if (isRunning) first.process.signal('SIGCONT');
  const refusing = isRunning ? first : await started(shop, role);
  const hasEnded = await ends(refusing);
  const endedMs = performance.now() - fromMs;

  const told = `${role}, ${isRunning ? 'running' : 'down'}, ${damage.name}`;
  const differences: string[] = [];
  if (!hasEnded) differences.push(`${told}: it went on: ${JSON.stringify(await refusing.readiness())}`);
  else if (!REFUSALS.includes(await refusing.process.ended))
    differences.push(`${told}: ${await refusing.process.ended}`);
  if (!says.test(refusing.logText())) differences.push(`${told}: it does not say so: ${lastLine(refusing)}`);
  const position = (await reader.position()) ?? 0n;
  // One that was running may have had the next records already.
  const limit = isRunning ? readableTo : next;
  if (limit !== undefined && (position < next || position > limit))
    differences.push(
      `${told}: the position moved from ${next} to ${position}, though records from ${limit} on are lost`,
    );
  if (!isRunning && !isDeepStrictEqual(await reader.made(), before))
    differences.push(`${told}: something was made of it`);
  refusing.process.signal('SIGKILL');
  context.signal.throwIfAborted();
  return { differences, endedMs, positions: limit === undefined ? 0 : 1 };
}

async function started(shop: Installation, role: ServiceRole): Promise<WatchedService> {
  const [service] = await startServices(shop, [role]);
  if (service === undefined) throw new Error('no service was started');
  return service;
}

async function ends(service: WatchedService): Promise<boolean> {
  const hasEnded = (): Promise<boolean> => Promise.resolve(service.process.hasEnded());
  return until(`${service.name} ends`, hasEnded).then(
    () => true,
    () => false,
  );
}

function lastLine(service: WatchedService): string {
  return service.logLines().at(-1)?.msg ?? 'nothing';
}
