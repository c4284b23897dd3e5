import type { Line } from '../world/line.ts';
import type { Period } from './period.ts';

/** What the mechanisms share: when it all happens, and where new numbers come from. */
export interface Stage {
  readonly seed: number;
  readonly period: Period;
  readonly newLine: (operatorCode: string) => Line;
  readonly pseudonymOf: (raw: string) => string;
}
