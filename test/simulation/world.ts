import type { Chance } from './schedule/chance.ts';
import type { Scheduler } from './schedule/scheduler.ts';
import type { Trace } from './schedule/trace.ts';
import type { FaultCounts } from './faults.ts';
import type { SimulationPlan } from './plan.ts';

/** What everything in a run shares. */
export interface World {
  readonly plan: SimulationPlan;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly trace: Trace;
  readonly faults: FaultCounts;
  /** Whether faults may still happen; after the storm everything has to come right. */
  isStormy(): boolean;
}

/** Time that something takes: mostly moments, now and then long, and in a storm past every time-out, which is counted. */
export function latencyMs(world: World, slow: 'slow call' | 'slow turn' = 'slow call'): number {
  const { chance, plan, faults } = world;
  const luck = chance.unit();
  if (world.isStormy() && luck < plan.slowShare) {
    faults.count(slow);
    return 500 + chance.unit() * plan.slowestMs;
  }
  return luck < 0.9 ? 1 + luck * 4 : luck * 60;
}

/** Whether a fault of a probability happens now; counts it. */
export function strikes(world: World, probability: number): boolean {
  return world.isStormy() && world.chance.happens(probability);
}
