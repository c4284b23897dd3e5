import { readPosition } from '../checks/read-position.ts';
import type { SimulatedLog } from '../kafka/simulated-log.ts';
import { TOPICS } from '../settings.ts';
import type { Installation } from './installation.ts';
import type { RunningPart } from './scorer-part.ts';
import type { Slot } from './fleet.ts';

/** Faults that befall between two steps, whatever is under way. */
export interface Storm {
  /** Lets one fault happen, or mostly none. */
  blow(): void;
}

const MOST_LOST_WRITES = 12;
const LONGEST_JUMP_MS = 3_600_000;

export function createStorm(
  installation: Installation,
  slots: readonly Slot<RunningPart>[],
  hooks: {
    /** Redis has lost writes. */
    readonly onLoss: () => void;
    /** A log has lost its beginning. */
    readonly onTrim: () => void;
    readonly onClockJump: (byMs: number) => void;
  },
): Storm {
  const { world, groups, redis, server, topics } = installation;
  const { plan, chance, faults, trace } = world;
  const allGroups = Object.values(groups);
  const firstSeen = new Map<SimulatedLog, number>();
  let writesToKeep = 0;
  let hasTrimmedUnread = false;

  const risks: readonly (readonly [probability: number, fault: () => void])[] = [
    [
      plan.crash,
      () => {
        chance.pick(slots).crash();
      },
    ],
    [
      plan.stop,
      () => {
        chance.pick(slots).stop();
      },
    ],
    [plan.rebalance, rebalance],
    [plan.sessionLoss, loseSession],
    [
      plan.redisLoss,
      () => {
        loseTail(chance.between(1, MOST_LOST_WRITES));
      },
    ],
    [
      plan.redisRestart,
      () => {
        loseTail(0);
      },
    ],
    [plan.clockJump, jump],
    [plan.trim === 'none' ? 0 : 0.02, trim],
  ];
  const total = risks.reduce((sum, [probability]) => sum + probability, 0);

  function rebalance(): void {
    faults.count('rebalance');
    const group = chance.pick(allGroups);
    trace.note('a rebalance begins');
    group.rebalance();
  }

  function loseSession(): void {
    const group = chance.pick(allGroups);
    const members = group.members();
    if (members.length === 0) return;
    const member = chance.pick(members);
    faults.count('session lost');
    trace.note(`${member.name} loses its session`);
    group.expire(member);
  }

  function loseTail(most: number): void {
    if (!redis.isUp()) return;
    const lost = Math.min(most, server.losable(), Math.max(0, server.writes() - writesToKeep));
    faults.count(lost > 0 ? 'redis tail lost' : 'redis restart');
    trace.note(`Redis restarts without its last ${lost} writes`);
    redis.restart(lost);
    for (const [log, writes] of firstSeen) if (writes > server.writes()) firstSeen.delete(log);
    if (lost > 0) hooks.onLoss();
  }

  function jump(): void {
    faults.count('clock jump');
    hooks.onClockJump(Math.round((chance.unit() * 2 - 1) * LONGEST_JUMP_MS));
  }

  function trim(): void {
    const topic = chance.pick([TOPICS.input, TOPICS.alert]);
    const log = topics.logOf(topic, chance.below(plan.partitions));
    const next = readPosition(server, log);
    if (next === undefined) return;
    // Where Redis lost a first position, too, nobody could know that the log ever began earlier.
    const since = firstSeen.get(log);
    if (since === undefined) {
      firstSeen.set(log, server.writes());
      return;
    }
    writesToKeep = Math.max(writesToKeep, since);
    const { lowOffset, endOffset } = log.bounds();
    if (next > lowOffset && next <= endOffset) {
      faults.count('log trimmed');
      log.trim(lowOffset + BigInt(chance.between(1, Number(next - lowOffset))));
      hooks.onTrim();
    }
    if (plan.trim === 'read' || hasTrimmedUnread || next >= endOffset) return;
    hasTrimmedUnread = true;
    faults.count('offset out of range');
    log.trim(next + BigInt(chance.between(1, Number(endOffset - next))));
    hooks.onTrim();
    trace.note(`${topic}/${log.partition} begins at ${log.bounds().lowOffset}, and ${next} was to be read next`);
  }

  return {
    blow() {
      if (!world.isStormy() || !chance.happens(total)) return;
      let luck = chance.unit() * total;
      for (const [probability, fault] of risks) {
        luck -= probability;
        if (luck >= 0) continue;
        fault();
        return;
      }
    },
  };
}
