import { mlModelOf } from '../../../models/pipeline/stand-in/bundle-writer.ts';
import { changed, names, testRefusals, withFields, withModel } from '../../support/damaged-bundle.ts';

testRefusals([
  [
    'bytes that are no model',
    'model.onnx',
    changed('model.onnx', () => 'hello'),
    /^model.onnx: expected an ONNX model/,
  ],
  [
    'another model name inside',
    'model.onnx',
    withModel({ metadata: { model_name: 'x' } }),
    /metadata model_name: expected "churn-test", found "x"/,
  ],
  [
    'another model version inside',
    'model.onnx',
    withModel({ metadata: { model_version: '2' } }),
    /metadata model_version: expected "1.2.3", found "2"/,
  ],
  [
    'another schema hash inside the model',
    'model.onnx',
    withModel({ metadata: { feature_schema_sha256: 'c' } }),
    /metadata feature_schema_sha256: expected "aaa.*", found "c"/,
  ],
  [
    'other feature names inside the model',
    'model.onnx',
    withModel({ metadata: { feature_names: JSON.stringify(names.with(3, 'x')) } }),
    /metadata feature_names\[3\]: expected "feature_3", found "x"/,
  ],
  [
    'no feature names inside the model',
    'model.onnx',
    withModel({ metadata: { feature_names: 'x' } }),
    /metadata feature_names: expected 12 names, found 0/,
  ],
  [
    'another threshold inside the model',
    'model.onnx',
    withModel({ metadata: { threshold_high: '0.7' } }),
    /metadata threshold_high: expected 0.6, found 0.7/,
  ],
  [
    'other thresholds than the model names',
    'model.onnx',
    withFields('thresholds.json', { high: 0.7 }),
    /metadata threshold_high: expected 0.7, found 0.6/,
  ],
  ['a newer IR', 'model.onnx', withModel({ onnx: { irVersion: 11 } }), /ir_version: expected at most 10, found 11/],
  [
    'a newer opset',
    'model.onnx',
    withModel({ onnx: { opsets: { '': 22, 'ai.onnx.ml': 3 } } }),
    /opset_import: .*, found ai.onnx 22/,
  ],
  [
    'a newer tree opset',
    'model.onnx',
    withModel({ onnx: { opsets: { '': 17, 'ai.onnx.ml': 5 } } }),
    /opset_import: .*, found ai.onnx.ml 5/,
  ],
  [
    'operators of a stranger',
    'model.onnx',
    withModel({ onnx: { opsets: { '': 17, 'ai.onnx.ml': 3, 'com.example': 1 } } }),
    /opset_import: .*, found com.example 1/,
  ],
  [
    'another input',
    'model.onnx',
    withModel({ onnx: { inputName: 'x' } }),
    /input: expected "input float32 \[N, 12\]", found "x float32 \[N, 12\]"/,
  ],
  [
    'another width',
    'model.onnx',
    withModel({ onnx: { inputColumns: 13 } }),
    /input: .*, found "input float32 \[N, 13\]"/,
  ],
  ['another output', 'model.onnx', withModel({ onnx: { outputName: 'y' } }), /output: .*, found "y float32 \[N, 1\]"/],
  [
    'no node covers',
    'model.onnx',
    withModel({ onnx: { hasCovers: false } }),
    /nodes_hitrates: .*, found model carries no node covers/,
  ],
  [
    'an average of trees',
    'model.onnx',
    withModel({ onnx: { aggregate: 'AVERAGE' } }),
    /graph: .*, found expected aggregate_function SUM, found AVERAGE/,
  ],
  [
    'other comparisons',
    'model.onnx',
    withModel({ onnx: { branchMode: 'BRANCH_LT' } }),
    /graph: .*, found expected nodes_modes BRANCH_LEQ and LEAF, found BRANCH_LT/,
  ],
  [
    'no sigmoid',
    'model.onnx',
    withModel({ onnx: { finalOperator: 'Identity' } }),
    /graph: .*, found expected a Sigmoid before churn_probability, found Identity/,
  ],
  ['an MLmodel that is no YAML', 'MLmodel', changed('MLmodel', () => '"'), /^MLmodel: expected YAML/],
  [
    'an MLmodel that names another file',
    'MLmodel',
    changed('MLmodel', (text) => text.replace('data: model.onnx', 'data: other.onnx')),
    /flavors.onnx.data: expected "model.onnx", found "other.onnx"/,
  ],
  [
    'an MLmodel of another version',
    'MLmodel',
    changed('MLmodel', () => mlModelOf('churn-test', '9', 12)),
    /metadata.model_version: expected "1.2.3", found "9"/,
  ],
  [
    'an MLmodel of another width',
    'MLmodel',
    changed('MLmodel', () => mlModelOf('churn-test', '1.2.3', 11)),
    /signature.inputs: expected "input float32 \[-1, 12\]", found "input float32 \[-1, 11\]"/,
  ],
]);
