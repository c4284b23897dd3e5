import { parseArgs } from 'node:util';
import type { ScenarioSize } from './scenario.ts';

export interface FaultOptions {
  /** Names of the scenarios to run, in the order of the list. */
  readonly scenarios: readonly string[];
  readonly size: ScenarioSize;
  readonly seed: number;
  /** Runs of the simulation; undefined where scenarios are run. */
  readonly simulate: number | undefined;
  readonly json: string | undefined;
  /** Directory for what the services log, one for each scenario in it. */
  readonly logs: string | undefined;
}

export class FaultOptionsError extends Error {
  override readonly name = 'FaultOptionsError';
  readonly isHelp: boolean;

  constructor(message: string, isHelp = false) {
    super(message);
    this.isHelp = isHelp;
  }
}

/** @throws FaultOptionsError that says what is wrong, or only what there is where help was asked for. */
export function parseFaultOptions(
  args: readonly string[],
  known: readonly { readonly name: string; readonly promise: string }[],
): FaultOptions {
  const names = known.map(({ name }) => name);
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true, default: [] },
        small: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        simulate: { type: 'string' },
        json: { type: 'string' },
        logs: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) throw new FaultOptionsError(usageOf(known), true);
    const wanted = values.only.flatMap((list) => list.split(','));
    const unknown = wanted.filter((name) => !names.includes(name));
    if (unknown.length > 0) throw new RangeError(`--only: there is no scenario ${unknown.join(', ')}`);
    return {
      scenarios: wanted.length === 0 ? names : names.filter((name) => wanted.includes(name)),
      size: values.small ? 'small' : 'full',
      seed: wholeNumber('--seed', values.seed),
      simulate: values.simulate === undefined ? undefined : wholeNumber('--simulate', values.simulate),
      json: values.json,
      logs: values.logs,
    };
  } catch (error) {
    if (error instanceof FaultOptionsError) throw error;
    throw new FaultOptionsError(`${error instanceof Error ? error.message : String(error)}\n\n${usageOf(known)}`);
  }
}

function usageOf(known: readonly { readonly name: string; readonly promise: string }[]): string {
  const width = Math.max(0, ...known.map(({ name }) => name.length));
  return [
    'npm run faults -- [options]',
    '',
    '  --only NAME      run this scenario; may be given several times',
    '  --small          small sizes, as npm test runs most of them',
    '  --seed N         seed of what is chosen by chance (1); with --simulate that of the first run',
    '  --simulate N     N runs of the deterministic simulation, and nothing else',
    '  --json FILE      also write the results as JSON',
    '  --logs DIR       keep what the services log, by scenario',
    '',
    'scenarios:',
    ...known.map(({ name, promise }) => `  ${name.padEnd(width)}  ${promise}`),
    '',
  ].join('\n');
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new RangeError(`${name}: expected a whole number from 1`);
}
