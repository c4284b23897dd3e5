import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readModelProto } from '../../../services/platform/onnx/model-proto.ts';
import { floatsOf, integersOf, protobufFields } from '../../../services/platform/onnx/protobuf-fields.ts';
import { encodeOnnx, type OnnxOptions } from '../../../models/pipeline/stand-in/onnx-writer.ts';
import { randomForest, seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';

const options: OnnxOptions = {
  metadata: { model_name: 'churn', note: 'prépayé 预付费' },
  irVersion: 8,
  opsets: { '': 17, 'ai.onnx.ml': 3 },
  inputName: 'input',
  inputColumns: 3,
  outputName: 'churn_probability',
  affine: 'mul-add',
  hasCovers: true,
  aggregate: 'SUM',
  branchMode: 'BRANCH_LEQ',
  finalOperator: 'Sigmoid',
};
const forest = randomForest(seededRandom(1), { trees: 2, leaves: 4, featureCount: 3 });
const bytes = encodeOnnx(forest, options);

test('metadata, versions, tensors and operators are read from the bytes', () => {
  const model = readModelProto(bytes);
  assert.deepEqual(Object.fromEntries(model.metadata), options.metadata);
  assert.equal(model.irVersion, 8);
  assert.deepEqual(Object.fromEntries(model.opsets), { 'ai.onnx': 17, 'ai.onnx.ml': 3 });
  assert.deepEqual(model.inputs, [{ name: 'input', isFloat32: true, shape: [undefined, 3] }]);
  assert.deepEqual(
    model.nodes.map((node) => node.opType),
    ['TreeEnsembleRegressor', 'Mul', 'Add', 'Sigmoid'],
  );
  assert.deepEqual(model.constants.get('scale'), [forest.scale]);
  assert.deepEqual(model.constants.get('offset'), [forest.offset]);
});

test('a model cut short anywhere is an error or a smaller model, never a hang', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
      try {
        readModelProto(bytes.subarray(0, length));
      } catch (error) {
        assert.ok(error instanceof RangeError || error instanceof TypeError);
      }
    }),
  );
});

test('repeated numbers may come one by one or packed, and negative ones keep their sign', () => {
  const minusOne = [...Array.from({ length: 9 }, () => 0xff), 0x01];
  const [single, packed, fixed] = protobufFields(
    Uint8Array.from([0x08, ...minusOne, 0x0a, 0x03, 0x05, 0xac, 0x02, 0x0d, 0x00, 0x00, 0x80, 0x3f]),
  );
  assert.ok(single && packed && fixed);
  assert.deepEqual(integersOf(single), [-1]);
  assert.deepEqual(integersOf(packed), [5, 300]);
  assert.deepEqual(floatsOf(fixed), [1]);
});

test('an unknown wire type and an endless varint are errors', () => {
  assert.throws(() => [...protobufFields(Uint8Array.of(0x0b))], RangeError);
  assert.throws(() => [...protobufFields(new Uint8Array(12).fill(0xff))], RangeError);
});
