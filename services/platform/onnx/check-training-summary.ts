import { Type } from 'typebox';
import { parseJsonDocument } from './json-document.ts';
import { compare, type Checked } from './misfit.ts';
import type { ModelIdentity } from './check-model.ts';

/** The rest of it is figures for people and their tools. */
const TrainingSummary = Type.Object({ model: Type.Object({ name: Type.String(), version: Type.String() }) });

/** Holds training_summary.json to the bundle: it must speak of the same model. */
export function checkTrainingSummary(bytes: Uint8Array, { name, version }: ModelIdentity): Checked<true> {
  const where = 'training_summary.json';
  const { value, misfits } = parseJsonDocument(where, bytes, TrainingSummary);
  if (value === undefined) return { value: undefined, misfits };
  return {
    value: true,
    misfits: [
      ...compare(`${where} model.name`, name, value.model.name),
      ...compare(`${where} model.version`, version, value.model.version),
    ],
  };
}
