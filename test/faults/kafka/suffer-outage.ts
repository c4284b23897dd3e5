import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from '../../support/until.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import type { ScenarioSize } from '../scenario.ts';
import { tooLong } from '../too-long.ts';

export interface Outage {
  /** As the services call what is missing. */
  readonly part: string;
  readonly lastsMs: number;
  readonly size: ScenarioSize;
  begin(): unknown;
  end(): unknown;
}

export interface SufferedOutage {
  readonly differences: readonly string[];
  /** From the beginning of the outage until the last service says that it is not ready. */
  readonly noticedMs: number;
  /** From its end until the last service is ready again. */
  readonly readyMs: number;
}

const NOTICED_WITHIN_MS = 10_000;
/** Of pino: warn. */
const TOLD_LEVEL = 40;
/** A part that stays missing is told again so often at most. */
const REMINDER_MS = 60_000;

/**
 * One outage: each service lives through it, is not ready while it lasts, tells of it once a minute, and is ready again
 * by itself.
 */
export async function sufferOutage(outage: Outage, services: readonly WatchedService[]): Promise<SufferedOutage> {
  const { part, lastsMs, size } = outage;
  const before = services.map((service) => service.logLines().length);
  const beganAtMs = performance.now();
  await outage.begin();
  const noticed = await Promise.all(services.map((service) => service.untilNotReady(PATIENCE_MS)));
  const noticedMs = Math.max(...noticed);
  await delay(Math.max(lastsMs - (performance.now() - beganAtMs), 0));
  const alive = await Promise.all(services.map((service) => service.isAlive()));
  await outage.end();
  const endedAtMs = performance.now();
  await Promise.all(services.map((service) => service.untilReady()));
  const readyMs = performance.now() - endedAtMs;
  // A broker takes its time to come back, too.
  const mostLines = 1 + Math.floor((performance.now() - beganAtMs) / REMINDER_MS);
  return {
    noticedMs,
    readyMs,
    differences: [
      ...tooLong(size, `noticing that ${part} is missing`, noticedMs, NOTICED_WITHIN_MS),
      ...services.flatMap((service, place) => [
        ...(alive[place] === true ? [] : [`${service.name} did not answer /livez while ${part} was missing`]),
        ...toldWrong(service, before[place] ?? 0, part, mostLines),
      ]),
    ],
  };
}

/** On a busy machine another part may be slow meanwhile; of this one there is one line, and none beside the parts'. */
function toldWrong(service: WatchedService, from: number, part: string, mostLines: number): string[] {
  const told = service
    .logLines()
    .slice(from)
    .filter(({ level }) => level >= TOLD_LEVEL);
  const ofPart = told.filter((line) => line.part === part).map(({ msg }) => msg);
  const ofNone = told.filter((line) => line.part === '').map(({ msg }) => msg);
  return [
    ...(ofPart.length >= 1 && ofPart.length <= mostLines
      ? []
      : [`${service.name} told ${ofPart.length} times that ${part} is missing, not 1 to ${mostLines} times`]),
    ...(ofPart[0]?.startsWith(`${part} is missing`) === false ? [`${service.name} says: ${ofPart[0]}`] : []),
    ...ofNone.map((line) => `${service.name} warns beside the parts: ${line}`),
  ];
}
