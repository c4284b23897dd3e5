import { resolve } from 'node:path';
import { readNamedValues } from './read-named-values.ts';
import type { NamedValues } from './read-named-values.ts';

export interface EvaluateOptions {
  /** Folder that holds the folders of the data sets. */
  readonly data: string;
  /** Where the figures go as JSON. */
  readonly json: string | undefined;
  /** Where label, as-of, fold and probability of each row go as CSV. */
  readonly rows: string | undefined;
  /** Folder of a report with plots. */
  readonly report: string | undefined;
  /** Bundle that is measured beside the cross-validated model. */
  readonly bundle: string;
  /** Seeds of the replay. The first goes through the stream; the others show how much hangs on the reconstruction. */
  readonly replaySeeds: ReplaySeeds;
}

/** At least one. */
export type ReplaySeeds = readonly [number, ...number[]];

export interface TrainOptions {
  readonly data: string;
  /** models/<name>/<version> */
  readonly bundle: string;
  /** Seeds of the replay. The first goes through the stream and is evaluated, the others add rows to train on. */
  readonly replaySeeds: ReplaySeeds;
  /** Least probabilities (0–1) of the bands; the trainer's own unless told. */
  readonly high: number | undefined;
  readonly medium: number | undefined;
}

/** What a command line asks for; `usage` where it is wrong, or asks for that. */
export type Parsed<T> =
  | { readonly kind: 'options'; readonly options: T }
  | { readonly kind: 'help'; readonly usage: string }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[]; readonly usage: string };

const EVALUATE_USAGE = `npm run model:evaluate -- --data DIR [options]

Sends the customers of DIR through the whole service and measures by grouped cross-validation how well churn is predicted.
  --data DIR             folder that holds exacaster_mobile_churn/ and exacaster_events_2016/
  --json FILE            also write the figures as JSON
  --rows FILE            also write label, as-of, fold and probability of each row as CSV
  --report DIR           also write a report with plots
  --bundle DIR           the trained bundle that is measured beside; the shipped one unless told
  --replay-seeds N,N…    seeds of the reconstruction of events: figures are those of the first, the others show what
                         it moves; 1 unless told
`;

const TRAIN_USAGE = `npm run model:train -- --data DIR [options]

Sends the customers of DIR through the whole service, trains on what came out, and writes a model bundle.
  --data DIR             folder that holds exacaster_mobile_churn/ and exacaster_events_2016/
  --bundle DIR           models/<name>/<version> to write; the shipped one unless told
  --replay-seeds N,N…    seeds of the reconstruction of events; rows of all but the first are for training only; 1 unless told
  --high P, --medium P   least probability of these bands; 0.6 and 0.3 unless told
`;

const HIGHEST_SEED = 0xffff_ffff;

/** @param callerFolder what relative paths start from, but for the shipped bundle. */
export function parseEvaluateOptions(
  args: readonly string[],
  callerFolder: string,
  shippedBundle: string,
): Parsed<EvaluateOptions> {
  const names = ['json', 'rows', 'report', 'bundle', 'replay-seeds'];
  return parse(
    args,
    names,
    EVALUATE_USAGE,
    ({ data, json, rows, report, bundle, 'replay-seeds': seeds }, mistakes) => ({
      data: resolve(callerFolder, data ?? ''),
      json: pathOrNone(callerFolder, json),
      rows: pathOrNone(callerFolder, rows),
      report: pathOrNone(callerFolder, report),
      bundle: pathOrNone(callerFolder, bundle) ?? shippedBundle,
      replaySeeds: parseSeeds(seeds ?? '1', mistakes),
    }),
  );
}

export function parseTrainOptions(
  args: readonly string[],
  callerFolder: string,
  shippedBundle: string,
): Parsed<TrainOptions> {
  const names = ['bundle', 'replay-seeds', 'high', 'medium'];
  return parse(args, names, TRAIN_USAGE, ({ data, bundle, 'replay-seeds': seeds, ...bands }, mistakes) => {
    const options = {
      data: resolve(callerFolder, data ?? ''),
      bundle: pathOrNone(callerFolder, bundle) ?? shippedBundle,
      replaySeeds: parseSeeds(seeds ?? '1', mistakes),
      high: parseProbability('high', bands['high'], mistakes),
      medium: parseProbability('medium', bands['medium'], mistakes),
    };
    const { high = USUAL_BANDS.high, medium = USUAL_BANDS.medium } = options;
    if (medium >= high) mistakes.push(`--medium: expected less than --high; these are ${medium} and ${high}`);
    return options;
  });
}

/** The trainer's own. */
const USUAL_BANDS = { high: 0.6, medium: 0.3 };

function parse<T>(
  args: readonly string[],
  names: readonly string[],
  usage: string,
  interpret: (values: NamedValues, mistakes: string[]) => T,
): Parsed<T> {
  const mistakes: string[] = [];
  const values = readNamedValues(args, ['data', ...names], mistakes);
  if (values === 'help') return { kind: 'help', usage };
  const options = interpret(values, mistakes);
  return mistakes.length === 0 ? { kind: 'options', options } : { kind: 'mistakes', mistakes, usage };
}

function parseSeeds(list: string, mistakes: string[]): ReplaySeeds {
  const [first = Number.NaN, ...others] = list
    .split(',')
    .map((seed) => (/^\d+$/.test(seed) ? Number(seed) : Number.NaN));
  const seeds: ReplaySeeds = [first, ...others];
  const isUsable = seeds.every((seed) => seed >= 0 && seed <= HIGHEST_SEED) && new Set(seeds).size === seeds.length;
  if (!isUsable) mistakes.push('--replay-seeds: expected different whole numbers, such as 1,2,3');
  return seeds;
}

function parseProbability(name: string, given: string | undefined, mistakes: string[]): number | undefined {
  if (given === undefined) return undefined;
  const probability = Number(given);
  if (!(probability > 0 && probability < 1)) mistakes.push(`--${name}: expected a number between 0 and 1`);
  return probability;
}

function pathOrNone(callerFolder: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(callerFolder, path);
}
