import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Stop after the summary. */
  readonly exit: boolean;
  /** Where to write the summary as JSON. */
  readonly json: string | undefined;
  /** Folder of real customer tables, for the replay. */
  readonly data: string | undefined;
}

const USAGE = `options:
  --exit        stop after the summary; the exit code is not 0 if the books do not balance
  --json FILE   also write the summary as JSON
  --data DIR    (replay) folder that holds exacaster_mobile_churn/ and exacaster_events_2016/
`;

/** @throws OptionsError that says what is wrong and what there is. */
export function parseOptions(args: readonly string[]): DemoOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { exit: { type: 'boolean' }, json: { type: 'string' }, data: { type: 'string' } },
    });
    return { exit: values.exit === true, json: values.json, data: values.data };
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error));
  }
}

export class OptionsError extends Error {
  override readonly name = 'OptionsError';
  constructor(mistake: string) {
    super(`${mistake}\n\n${USAGE}`);
  }
}
