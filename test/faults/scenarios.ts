import type { FaultScenario } from './scenario.ts';

/** All scenarios, in the order in which they are run. */
export const SCENARIOS: readonly FaultScenario[] = [];
