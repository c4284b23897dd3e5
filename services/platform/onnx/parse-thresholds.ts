import { Type } from 'typebox';
import { parseJsonDocument } from './json-document.ts';
import { shown, type Checked } from './misfit.ts';

/** Least probability (0–1) of each band above the lowest. */
export interface Thresholds {
  readonly high: number;
  readonly medium: number;
}

const ThresholdsFile = Type.Object({ high: Type.Number(), medium: Type.Number() });

/** Reads thresholds.json: 0 < medium < high < 1. */
export function parseThresholds(bytes: Uint8Array): Checked<Thresholds> {
  const where = 'thresholds.json';
  const { value, misfits } = parseJsonDocument(where, bytes, ThresholdsFile);
  if (value === undefined) return { value: undefined, misfits };
  const { high, medium } = value;
  return medium > 0 && medium < high && high < 1
    ? { value: { high, medium }, misfits: [] }
    : { value: undefined, misfits: [{ where, expected: '0 < medium < high < 1', found: shown({ high, medium }) }] };
}
