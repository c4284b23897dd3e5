import { compare, compareNames, reasonOf, type Checked, type Misfit } from './misfit.ts';

/** The features that the running code computes. */
export interface ExpectedFeatures {
  readonly featureNames: readonly string[];
  readonly featureSchemaSha256: string;
}

/** Least probability (0–1) of each band above the lowest. */
export interface Thresholds {
  readonly high: number;
  readonly medium: number;
}

/** A vector with the outputs that the trainer's own library gave for it. */
export interface GoldenCase {
  /** NaN means missing. */
  readonly vector: Float32Array;
  /** Log-odds that enter the sigmoid. */
  readonly rawMargin: number;
  readonly probability: number;
}

/** Holds feature_schema.json to the code; the value is the typical value per feature, undefined where there is none. */
export function checkFeatureSchema(
  bytes: Uint8Array,
  expected: ExpectedFeatures,
): Checked<readonly (number | undefined)[]> {
  const where = 'feature_schema.json';
  const { value: schema, misfits: notJson } = parseJson(where, textOf(bytes));
  if (schema === undefined) return { value: undefined, misfits: notJson };
  const features = Array.isArray(schema['features']) ? schema['features'].map(toRecord) : [];
  const misfits = [
    ...compare(`${where} schemaSha256`, expected.featureSchemaSha256, schema['schemaSha256']),
    ...compareNames(
      `${where} features`,
      expected.featureNames,
      features.map((feature) => textOrUndefined(feature['name'])),
    ),
    ...features.flatMap((feature, index) => compare(`${where} features[${index}] dtype`, 'float32', feature['dtype'])),
    ...features.flatMap((feature, index) =>
      feature['typicalValue'] === null || isNumber(feature['typicalValue'])
        ? []
        : compare(`${where} features[${index}] typicalValue`, 'a number or null', feature['typicalValue']),
    ),
  ];
  return { value: features.map(({ typicalValue }) => (isNumber(typicalValue) ? typicalValue : undefined)), misfits };
}

/** Reads thresholds.json: 0 < medium < high < 1. */
export function parseThresholds(bytes: Uint8Array): Checked<Thresholds> {
  const where = 'thresholds.json';
  const { value, misfits } = parseJson(where, textOf(bytes));
  if (value === undefined) return { value: undefined, misfits };
  const { high, medium } = value;
  if (isNumber(high) && isNumber(medium) && medium > 0 && medium < high && high < 1) {
    return { value: { high, medium }, misfits: [] };
  }
  const found = JSON.stringify({ high, medium });
  return { value: undefined, misfits: [{ where, expected: '0 < medium < high < 1', found }] };
}

/** Reads golden.jsonl: at least one case, each with a vector of `featureCount` numbers or nulls. */
export function parseGolden(bytes: Uint8Array, featureCount: number): Checked<readonly GoldenCase[]> {
  const cases: GoldenCase[] = [];
  const misfits: Misfit[] = [];
  for (const [index, line] of textOf(bytes).split('\n').entries()) {
    if (line.trim() === '') continue;
    const where = `golden.jsonl line ${index + 1}`;
    const { value, misfits: notJson } = parseJson(where, line);
    misfits.push(...notJson);
    if (value === undefined) continue;
    const vector: readonly unknown[] = Array.isArray(value['vector']) ? value['vector'] : [];
    const numbers = vector.map((entry) => (entry === null ? Number.NaN : isNumber(entry) ? entry : undefined));
    const known = numbers.filter((entry) => entry !== undefined);
    const { rawMargin, probability } = value;
    if (
      known.length === featureCount &&
      numbers.length === featureCount &&
      isNumber(rawMargin) &&
      isNumber(probability)
    ) {
      cases.push({ vector: Float32Array.from(known), rawMargin, probability });
    } else {
      const expected = `a vector of ${featureCount} numbers or nulls, rawMargin and probability`;
      misfits.push({ where, expected, found: line.length > 120 ? `${line.slice(0, 120)}…` : line });
    }
  }
  if (cases.length === 0 && misfits.length === 0) {
    misfits.push({ where: 'golden.jsonl', expected: 'at least one case', found: 'none' });
  }
  return { value: cases, misfits: misfits.slice(0, 5) };
}

function parseJson(where: string, text: string): Checked<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(text);
    return { value: toRecord(value), misfits: [] };
  } catch (error) {
    return { value: undefined, misfits: [{ where, expected: 'JSON', found: reasonOf(error) }] };
  }
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function textOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
