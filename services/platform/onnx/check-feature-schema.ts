import { Type } from 'typebox';
import { parseJsonDocument } from './json-document.ts';
import { compare, compareNames, type Checked } from './misfit.ts';

/** The features that the running code computes. */
export interface ExpectedFeatures {
  readonly featureNames: readonly string[];
  readonly featureSchemaSha256: string;
}

const FeatureSchema = Type.Object({
  schemaSha256: Type.String(),
  features: Type.Array(
    Type.Object({
      name: Type.String(),
      dtype: Type.Literal('float32'),
      typicalValue: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
});

/** Holds feature_schema.json to the code; the value is the typical value per feature, undefined where there is none. */
export function checkFeatureSchema(
  bytes: Uint8Array,
  expected: ExpectedFeatures,
): Checked<readonly (number | undefined)[]> {
  const where = 'feature_schema.json';
  const { value: schema, misfits } = parseJsonDocument(where, bytes, FeatureSchema);
  if (schema === undefined) return { value: undefined, misfits };
  return {
    value: schema.features.map(({ typicalValue }) => typicalValue ?? undefined),
    misfits: [
      ...compare(`${where} schemaSha256`, expected.featureSchemaSha256, schema.schemaSha256),
      ...compareNames(
        `${where} features`,
        expected.featureNames,
        schema.features.map(({ name }) => name),
      ),
    ],
  };
}
