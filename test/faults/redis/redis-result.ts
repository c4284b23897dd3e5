import type { ScenarioResult } from '../scenario.ts';
import type { Verdict } from '../verdict/verdict.ts';

export interface RunFindings {
  readonly injected: Readonly<Record<string, number>>;
  /** What else was found, beside the verdict. */
  readonly differences?: readonly string[];
  readonly measured?: Readonly<Record<string, number>>;
}

export function resultOf(verdict: Verdict, { injected, differences = [], measured = {} }: RunFindings): ScenarioResult {
  const { compared, lost, doubled, invented } = verdict;
  return {
    injected,
    compared,
    lost,
    doubled,
    invented,
    differences: [...verdict.differences, ...differences],
    measured: { ...measured, ...verdict.measured },
  };
}
