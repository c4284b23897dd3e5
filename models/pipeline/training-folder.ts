import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the commands keep what they make on the way. Not part of the repository: it holds who is who. */
export interface TrainingFolder {
  readonly folder: string;
  readonly labels: string;
  readonly users: string;
  /** Logs of the services and steps of the last run. */
  readonly logs: string;
  /** Vectors of a replay's seed; without a seed those that the stream made. */
  vectorsOf(seed?: number): string;
  /** The replay of a seed as lines, for the export to read. */
  replayOf(seed: number): string;
}

export function openTrainingFolder(root: string): TrainingFolder {
  const folder = join(root, '.local', 'training');
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  return {
    folder,
    logs,
    labels: join(folder, 'labels.csv'),
    users: join(folder, 'users.csv'),
    vectorsOf: (seed) => join(folder, seed === undefined ? 'vectors.parquet' : `vectors-of-seed-${seed}.parquet`),
    replayOf: (seed) => join(folder, `replay-of-seed-${seed}.ndjson.gz`),
  };
}
