import type { ScenarioOutcome } from '../report/fault-report.ts';
import type { FaultScenario } from '../scenario.ts';

const LANES = 2;

/**
 * Much of a scenario is waiting, for sessions that run out and servers that are away: two run side by side where they may.
 * Every scenario has an outcome, those that the signal was faster than too.
 */
export async function runScenarios(
  scenarios: readonly FaultScenario[],
  run: (scenario: FaultScenario) => Promise<ScenarioOutcome>,
  signal: AbortSignal,
  onEnded: (outcomes: readonly ScenarioOutcome[]) => void = () => undefined,
): Promise<readonly ScenarioOutcome[]> {
  const outcomes = new Map<FaultScenario, ScenarioOutcome>();
  const inOrder = (): ScenarioOutcome[] => scenarios.flatMap((scenario) => outcomes.get(scenario) ?? []);
  async function runLane(waiting: FaultScenario[]): Promise<void> {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      outcomes.set(next, await run(next));
      onEnded(inOrder());
    }
  }
  const beside = scenarios.filter(({ isAlone }) => isAlone !== true);
  await Promise.all(Array.from({ length: LANES }, () => runLane(beside)));
  await runLane(scenarios.filter(({ isAlone }) => isAlone === true));
  for (const scenario of scenarios) if (!outcomes.has(scenario)) outcomes.set(scenario, neverBegun(scenario));
  return inOrder();
}

function neverBegun({ name, promise }: FaultScenario): ScenarioOutcome {
  return { name, promise, seconds: 0, type: 'not run', reason: 'interrupted before it began' };
}
