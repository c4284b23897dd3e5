import { resolve } from 'node:path';

/** What the surroundings of a command say. */
export interface PipelineSurroundings {
  /** Where the person stood who called: npm goes to the project's folder first. */
  readonly callerFolder: string;
  /** How Kafka and Redis are had; the launcher chose it. */
  readonly stackMode: string | undefined;
  /** The environment that child processes get. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function readSurroundings(environment: NodeJS.ProcessEnv = process.env): PipelineSurroundings {
  return {
    callerFolder: resolve(environment['INIT_CWD'] ?? process.cwd()),
    stackMode: environment['CHURN_STACK'],
    environment,
  };
}
