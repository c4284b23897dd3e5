import { join } from 'node:path';
import type { FaultOptions } from './fault-options.ts';
import type { ScenarioOutcome } from '../report/fault-report.ts';
import type { FaultScenario, ScenarioContext } from '../scenario.ts';

export type RunConditions = Pick<FaultOptions, 'size' | 'seed' | 'logs'> & Pick<ScenarioContext, 'signal'>;

const INTERRUPTED = { type: 'interrupted', reason: 'interrupted before its end' } as const;

/** Runs one scenario and cleans up behind it, however it ends. */
export async function runScenario(
  scenario: FaultScenario,
  conditions: RunConditions,
  progress: (text: string) => void,
): Promise<ScenarioOutcome> {
  const cleanups: (() => Promise<void>)[] = [];
  const outcome = await tryScenario(scenario, conditions, {
    progress,
    after(work) {
      cleanups.push(work);
    },
  });
  const failures: string[] = [];
  for (const work of cleanups.toReversed()) {
    await work().catch((error: unknown) => failures.push(error instanceof Error ? error.message : String(error)));
  }
  if (failures.length === 0) return outcome;
  if (outcome.type === 'ran') {
    const { result } = outcome;
    return { ...outcome, result: { ...result, differences: [...result.differences, ...failures] } };
  }
  const { name, promise, seconds, type, reason } = outcome;
  return {
    name,
    promise,
    seconds,
    type: type === 'interrupted' ? type : 'failed',
    reason: [reason, ...failures].join('\n'),
  };
}

async function tryScenario(
  scenario: FaultScenario,
  { size, seed, logs, signal }: RunConditions,
  given: Pick<ScenarioContext, 'progress' | 'after'>,
): Promise<ScenarioOutcome> {
  const { name, promise } = scenario;
  const startedAtMs = performance.now();
  const about = (): Pick<ScenarioOutcome, 'name' | 'promise' | 'seconds'> => ({
    name,
    promise,
    seconds: (performance.now() - startedAtMs) / 1_000,
  });
  const logsKeptAt = logs === undefined ? undefined : join(logs, name);
  try {
    const result = await scenario.run({ size, seed, logsKeptAt, signal, ...given });
    if ('notRun' in result) return { ...about(), type: 'not run', reason: result.notRun };
    // Some end early when told to, with what they have by then.
    return signal.aborted ? { ...about(), ...INTERRUPTED } : { ...about(), type: 'ran', result };
  } catch (error) {
    if (signal.aborted) return { ...about(), ...INTERRUPTED };
    return {
      ...about(),
      type: 'failed',
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}
