import { textOf } from './json-document.ts';
import { reasonOf, shown, type Checked, type Misfit } from './misfit.ts';

/** A vector with the outputs that the trainer's own library gave for it. */
export interface GoldenCase {
  /** NaN means missing. */
  readonly vector: Float32Array;
  /** Log-odds that enter the sigmoid. */
  readonly rawMargin: number;
  readonly probability: number;
  /** Contribution of each feature to the raw margin, then the base; undefined where the case carries none. */
  readonly contributions: readonly number[] | undefined;
}

const MOST_TOLD = 5;

/** Reads golden.jsonl: per line a vector of `featureCount` numbers or nulls and what comes out for it. */
export function parseGolden(bytes: Uint8Array, featureCount: number): Checked<readonly GoldenCase[]> {
  const cases: GoldenCase[] = [];
  const misfits: Misfit[] = [];
  for (const [index, line] of textOf(bytes).split('\n').entries()) {
    if (line.trim() === '') continue;
    const { value, misfits: wrong } = parseLine(`golden.jsonl line ${index + 1}`, line, featureCount);
    if (value !== undefined) cases.push(value);
    misfits.push(...wrong);
  }
  return { value: cases, misfits: misfits.slice(0, MOST_TOLD) };
}

// Read by hand: a thousand lines of hundreds of numbers each are read whenever a service starts.
function parseLine(where: string, line: string, featureCount: number): Checked<GoldenCase> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { value: undefined, misfits: [{ where, expected: 'JSON', found: reasonOf(error) }] };
  }
  const { vector, rawMargin, probability, contributions } = fieldsOf(value);
  const entries = readNumbers(vector, featureCount);
  const explained = readNumbers(contributions, featureCount + 1);
  const isExplained = explained?.every((part) => !Number.isNaN(part)) ?? contributions === undefined;
  if (entries !== undefined && isExplained && isNumber(rawMargin) && isNumber(probability)) {
    return {
      value: { vector: Float32Array.from(entries), rawMargin, probability, contributions: explained },
      misfits: [],
    };
  }
  const expected =
    `a vector of ${featureCount} numbers or nulls, rawMargin, probability` +
    ` and, if any, ${featureCount + 1} contributions`;
  return { value: undefined, misfits: [{ where, expected, found: shown(value) }] };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** Exactly `length` numbers, NaN for null; undefined for anything else. */
function readNumbers(value: unknown, length: number): readonly number[] | undefined {
  if (!Array.isArray(value) || value.length !== length) return undefined;
  const numbers = value.map((entry: unknown) => (entry === null ? Number.NaN : entry));
  return numbers.every((entry) => typeof entry === 'number') ? numbers : undefined;
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}
