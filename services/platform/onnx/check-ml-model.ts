import { Type } from 'typebox';
import { parse } from 'yaml';
import type { ModelIdentity } from './check-model.ts';
import { INPUT_NAME, OUTPUT_NAME } from './check-model.ts';
import { checkShape, parseJsonDocument, textOf } from './json-document.ts';
import { compare, reasonOf, type Checked, type Misfit } from './misfit.ts';

const MlModel = Type.Object({
  flavors: Type.Object({ onnx: Type.Object({ data: Type.Literal('model.onnx') }) }),
  signature: Type.Object({ inputs: Type.String(), outputs: Type.String() }),
  metadata: Type.Object({ model_name: Type.String(), model_version: Type.String() }),
});

const Tensors = Type.Array(
  Type.Object({
    name: Type.String(),
    type: Type.Literal('tensor'),
    'tensor-spec': Type.Object({ dtype: Type.String(), shape: Type.Array(Type.Integer()) }),
  }),
);

/** Holds MLmodel, by which MLflow opens the bundle, to the model beside it. */
export function checkMlModel(
  bytes: Uint8Array,
  { name, version, featureCount }: ModelIdentity & { readonly featureCount: number },
): Checked<true> {
  const where = 'MLmodel';
  let document: unknown;
  try {
    // Everything as text: a version such as 1.0 is no number.
    document = parse(textOf(bytes), { schema: 'failsafe' });
  } catch (error) {
    return { value: undefined, misfits: [{ where, expected: 'YAML', found: reasonOf(error) }] };
  }
  const { value, misfits } = checkShape(where, document, MlModel);
  if (value === undefined) return { value: undefined, misfits };
  const { signature, metadata } = value;
  return {
    value: true,
    misfits: [
      ...compare(`${where} metadata.model_name`, name, metadata.model_name),
      ...compare(`${where} metadata.model_version`, version, metadata.model_version),
      ...checkTensors(`${where} signature.inputs`, signature.inputs, { name: INPUT_NAME, columns: featureCount }),
      ...checkTensors(`${where} signature.outputs`, signature.outputs, { name: OUTPUT_NAME, columns: 1 }),
    ],
  };
}

/** The signature is JSON inside the YAML. */
function checkTensors(
  where: string,
  text: string,
  expected: { readonly name: string; readonly columns: number },
): readonly Misfit[] {
  const { value, misfits } = parseJsonDocument(where, new TextEncoder().encode(text), Tensors);
  if (value === undefined) return misfits;
  const found = value.map(({ name, 'tensor-spec': spec }) => `${name} ${spec.dtype} [${spec.shape.join(', ')}]`);
  return compare(where, `${expected.name} float32 [-1, ${expected.columns}]`, found.join(' and '));
}
