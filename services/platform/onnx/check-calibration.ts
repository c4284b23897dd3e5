import { Type, type Static } from 'typebox';
import type { TreeEnsemble } from '../../core/explain/tree-ensemble.ts';
import { parseJsonDocument } from './json-document.ts';
import { compare, type Checked } from './misfit.ts';

const Share = Type.Number({ minimum: 0, maximum: 1 });
const CalibrationFile = Type.Object({
  method: Type.Enum(['identity', 'platt']),
  scale: Type.Number({ exclusiveMinimum: 0 }),
  offset: Type.Number(),
  rows: Type.Integer({ minimum: 1 }),
  ece: Share,
  brier: Share,
});

/**
 * How the trees' sum became a probability: calibrated log-odds = scale × sum + offset, and what that gave on rows that
 * were not trained on: expected calibration error and Brier score (0–1).
 */
export type Calibration = Readonly<Static<typeof CalibrationFile>>;

/**
 * Reads calibration.json. Its constants must be those of the graph, which computes in float32.
 *
 * @param ensemble undefined where the graph could not be read: that is told elsewhere.
 */
export function checkCalibration(bytes: Uint8Array, ensemble: TreeEnsemble | undefined): Checked<Calibration> {
  const where = 'calibration.json';
  const { value, misfits } = parseJsonDocument(where, bytes, CalibrationFile);
  if (value === undefined) return { value: undefined, misfits };
  const isIdentity = value.scale === 1 && value.offset === 0;
  return {
    value,
    misfits: [
      ...(value.method === 'identity' && !isIdentity
        ? [{ where, expected: 'scale 1 and offset 0 for identity', found: `${value.scale} and ${value.offset}` }]
        : []),
      ...(ensemble === undefined
        ? []
        : [
            ...compare(`${where} scale`, Math.fround(ensemble.scale), Math.fround(value.scale)),
            ...compare(`${where} offset`, Math.fround(ensemble.offset), Math.fround(value.offset)),
          ]),
    ],
  };
}
