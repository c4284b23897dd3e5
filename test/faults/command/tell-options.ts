import { reportFileProblem, logsDirectoryProblem } from '../report/fault-files.ts';
import { FaultOptionsError, parseFaultOptions } from './fault-options.ts';
import type { FaultOptions } from './fault-options.ts';
import { SCENARIOS } from '../scenarios.ts';

/** Tells help where it was asked for, and a mistake where there is one. @returns the options where there is neither. */
export function tellFaultOptions(args: readonly string[]): FaultOptions | 'help' | 'mistake' {
  try {
    const options = parseFaultOptions(args, SCENARIOS);
    const problem = filesProblem(options);
    if (problem === undefined) return options;
    process.stderr.write(`${problem}\n`);
    return 'mistake';
  } catch (error) {
    if (!(error instanceof FaultOptionsError)) throw error;
    (error.isHelp ? process.stdout : process.stderr).write(`${error.message}\n`);
    return error.isHelp ? 'help' : 'mistake';
  }
}

function filesProblem({ json, logs }: FaultOptions): string | undefined {
  const jsonProblem = json === undefined ? undefined : reportFileProblem(json);
  if (jsonProblem !== undefined) return `--json: ${jsonProblem}`;
  const logsProblem = logs === undefined ? undefined : logsDirectoryProblem(logs);
  return logsProblem === undefined ? undefined : `--logs: ${logsProblem}`;
}
