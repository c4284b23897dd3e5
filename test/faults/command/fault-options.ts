import { parseArgs } from 'node:util';
import { faultsUsage } from './fault-usage.mjs';
import { fold } from '../report/fold.ts';
import type { ScenarioSize } from '../scenario.ts';

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

type Known = readonly { readonly name: string; readonly promise: string }[];

/** Beside an indent of six: 80 in all. */
const USAGE_CHARACTERS = 74;
const HINT = 'npm run faults -- --help shows the options';

/** @throws FaultOptionsError that says what is wrong, or only what there is where help was asked for. */
export function parseFaultOptions(args: readonly string[], known: Known): FaultOptions {
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
    if (values.simulate !== undefined) refuseBesideSimulation(values);
    return {
      scenarios: wanted.length === 0 ? names : names.filter((name) => wanted.includes(name)),
      size: values.small ? 'small' : 'full',
      seed: wholeNumber('--seed', values.seed),
      simulate: values.simulate === undefined ? undefined : wholeNumber('--simulate', values.simulate),
      json: pathOf('--json', values.json),
      logs: pathOf('--logs', values.logs),
    };
  } catch (error) {
    if (error instanceof FaultOptionsError) throw error;
    throw new FaultOptionsError(`${firstLineOf(error)}\n${HINT}`);
  }
}

/** These are about scenarios; to pass over one without a word would look as if it had been heeded. */
function refuseBesideSimulation({ only, small, logs }: { only: string[]; small: boolean; logs?: string }): void {
  const inVain = [
    ...(only.length > 0 ? ['--only'] : []),
    ...(small ? ['--small'] : []),
    ...(logs === undefined ? [] : ['--logs']),
  ];
  if (inVain.length > 0) throw new RangeError(`--simulate runs no scenarios: it cannot go with ${inVain.join(', ')}`);
}

/** parseArgs adds advice about dashes, on further lines or behind its first sentence. */
function firstLineOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll('\n', ' ').replace(/ To specify .*$/, '');
}

function usageOf(known: Known): string {
  const lines = known.flatMap(({ name, promise }) => [
    `  ${name}`,
    ...fold(promise.split(' '), USAGE_CHARACTERS, ' ').map((line) => `      ${line}`),
  ]);
  return [faultsUsage, 'scenarios:', ...lines].join('\n');
}

function pathOf(name: string, path: string | undefined): string | undefined {
  if (path === '') throw new RangeError(`${name}: expected a path`);
  return path;
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  throw new RangeError(`${name}: expected a whole number from 1`);
}
