import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Random } from '../../models/pipeline/stand-in/random-trees.ts';

const MODELS = path.resolve(import.meta.dirname, '../../models/churn-prepaid');

/** Folder of the bundle that the repository ships. */
export function shippedBundle(): string {
  const version = readdirSync(MODELS).toSorted().at(-1);
  if (version === undefined) throw new Error(`no bundle in ${MODELS}`);
  return path.join(MODELS, version);
}

export interface GoldenLine {
  /** NaN is missing. */
  readonly vector: Float32Array;
  readonly rawMargin: number;
  /** What each feature contributes by the trainer's own library, the base last; undefined where the case has none. */
  readonly contributions: readonly number[] | undefined;
}

/** The golden cases of a bundle as they stand in the file. */
export function readGoldenLines(bundle: string): readonly GoldenLine[] {
  return readFileSync(path.join(bundle, 'golden.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): GoldenLine => {
      const parsed: unknown = JSON.parse(line);
      const found = new Map<string, unknown>(Object.entries(parsed ?? {}));
      const contributions = found.get('contributions');
      return {
        vector: Float32Array.from(numbersIn(found.get('vector'))),
        rawMargin: Number(found.get('rawMargin')),
        contributions: contributions === undefined ? undefined : numbersIn(contributions),
      };
    });
}

/** `count` vectors in one array, each value drawn from the known ones of its own column, `missingShare` of them NaN. */
export function drawRows(
  random: Random,
  golden: readonly GoldenLine[],
  { count, missingShare }: { readonly count: number; readonly missingShare: number },
): Float32Array {
  const width = golden[0]?.vector.length ?? 0;
  const columns = Array.from({ length: width }, (_, column) =>
    golden.map(({ vector }) => vector[column] ?? Number.NaN).filter((value) => !Number.isNaN(value)),
  );
  return Float32Array.from({ length: count * width }, (_, at) => {
    const column = columns[at % width] ?? [];
    if (random() < missingShare) return Number.NaN;
    return column[Math.floor(random() * column.length)] ?? Number.NaN;
  });
}

function numbersIn(list: unknown): readonly number[] {
  if (!Array.isArray(list)) throw new TypeError('expected a list of numbers');
  return list.map((entry: unknown) => (entry === null ? Number.NaN : Number(entry)));
}
