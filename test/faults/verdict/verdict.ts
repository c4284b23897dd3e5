import type { ScenarioResult } from '../scenario.ts';

/** All of a scenario's result but what was injected, with everything counted. */
export interface Verdict extends Omit<ScenarioResult, 'injected'> {
  readonly lost: number;
  readonly doubled: number;
  readonly invented: number;
}
