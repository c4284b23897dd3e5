import type { Chance } from './schedule/chance.ts';

/**
 * What a run is made of, drawn from its seed. Each fault is switched off in many runs: where everything goes wrong at
 * once, one fault hides what another would show.
 */
export interface SimulationPlan {
  readonly partitions: number;
  readonly scorers: number;
  readonly retentions: number;
  readonly records: number;
  /** Virtual time until when faults happen. */
  readonly stormMs: number;
  readonly sliceRecords: number;
  readonly commitLimit: number;
  readonly knownLimit: number;
  readonly fetchRecords: number;
  /** Share (0–1) of a scorer's steps between which others have a turn. */
  readonly breath: number;
  /** Share (0–1) of what is under way that takes long, and how long at most. */
  readonly slowShare: number;
  readonly slowestMs: number;
  /** Per command or request. */
  readonly redisCut: number;
  readonly redisRepeat: number;
  readonly kafkaRequest: number;
  readonly kafkaWrite: number;
  readonly deadLetter: number;
  readonly holes: number;
  /** Per step of the run. */
  readonly crash: number;
  readonly stop: number;
  readonly rebalance: number;
  readonly sessionLoss: number;
  readonly redisLoss: number;
  readonly redisRestart: number;
  readonly clockJump: number;
  /** Whether the log loses records that nobody needs any more, and those that are still to be read. */
  readonly trim: 'none' | 'read' | 'unread';
}

export function drawPlan(chance: Chance): SimulationPlan {
  const often = (probability: number, share = 0.5): number =>
    chance.happens(share) ? probability * (0.3 + chance.unit()) : 0;
  return {
    partitions: chance.between(2, 3),
    scorers: chance.between(2, 3),
    retentions: chance.between(1, 2),
    records: chance.between(12, 32),
    stormMs: chance.between(1_500, 5_000),
    sliceRecords: chance.pick([2, 3, 5, 100]),
    commitLimit: chance.pick([1, 2, 3, 8, 1_000]),
    knownLimit: chance.pick([0, 3, 1_000]),
    fetchRecords: chance.pick([1, 3, 8, 100]),
    breath: often(0.2),
    slowShare: often(0.03),
    slowestMs: chance.pick([1_000, 4_000, 7_000]),
    redisCut: often(0.03),
    redisRepeat: often(0.05),
    kafkaRequest: often(0.03),
    kafkaWrite: often(0.2),
    deadLetter: often(0.4),
    holes: often(0.3),
    crash: often(0.008),
    stop: often(0.004, 0.3),
    rebalance: often(0.008),
    sessionLoss: often(0.008),
    redisLoss: often(0.006, 0.35),
    redisRestart: often(0.004, 0.25),
    clockJump: often(0.01, 0.3),
    trim: chance.pick(['none', 'none', 'none', 'none', 'read', 'read', 'unread']),
  };
}
