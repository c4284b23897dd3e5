import { changed, names, testRefusals, withFields } from '../../support/damaged-bundle.ts';

const features = names.map((name) => ({ name, dtype: 'float32', typicalValue: 1 }));

testRefusals([
  [
    'a schema that is no JSON',
    'feature_schema.json',
    changed('feature_schema.json', () => '{'),
    /^feature_schema.json: expected JSON/,
  ],
  [
    'another schema hash',
    'feature_schema.json',
    withFields('feature_schema.json', { schemaSha256: 'b' }),
    /schemaSha256: expected "aaa.*", found "b"/,
  ],
  [
    'features in another order',
    'feature_schema.json',
    withFields('feature_schema.json', { features: features.toReversed() }),
    /features\[0\]: expected "feature_0", found "feature_11"/,
  ],
  [
    'fewer features',
    'feature_schema.json',
    withFields('feature_schema.json', { features: [] }),
    /features: expected 12 names, found 0/,
  ],
  [
    'float64 features',
    'feature_schema.json',
    withFields('feature_schema.json', { features: features.map((feature) => ({ ...feature, dtype: 'float64' })) }),
    /features\[0\].dtype: expected "float32", found "float64"/,
  ],
  [
    'a typical value that is text',
    'feature_schema.json',
    withFields('feature_schema.json', { features: features.map((feature) => ({ ...feature, typicalValue: 'many' })) }),
    /features\[0\].typicalValue: expected number or null, found "many"/,
  ],
  [
    'a calibration of another scale',
    'calibration.json',
    withFields('calibration.json', { scale: 1.5 }),
    /scale: expected 0\.\d+|1\.\d+, found 1.5/,
  ],
  [
    'a calibration of another offset',
    'calibration.json',
    withFields('calibration.json', { offset: 2 }),
    /offset: expected -?0\.\d+, found 2/,
  ],
  [
    'a calibration that would turn the order round',
    'calibration.json',
    withFields('calibration.json', { scale: -1 }),
    /scale: expected > 0, found -1/,
  ],
  [
    'an unknown method of calibration',
    'calibration.json',
    withFields('calibration.json', { method: 'isotonic' }),
    /method: expected "identity" or "platt", found "isotonic"/,
  ],
  [
    'an identity that is none',
    'calibration.json',
    withFields('calibration.json', { method: 'identity' }),
    /expected scale 1 and offset 0 for identity, found/,
  ],
  [
    'a calibration measured on nobody',
    'calibration.json',
    withFields('calibration.json', { rows: 0 }),
    /rows: expected >= 1, found 0/,
  ],
  [
    'an error of calibration that is no share',
    'calibration.json',
    withFields('calibration.json', { ece: null }),
    /ece: expected number, found null/,
  ],
  [
    'thresholds upside down',
    'thresholds.json',
    changed('thresholds.json', () => '{"high":0.2,"medium":0.5}'),
    /^thresholds.json: expected 0 < medium < high < 1, found {"high":0.2,"medium":0.5}/,
  ],
  [
    'thresholds that are text',
    'thresholds.json',
    withFields('thresholds.json', { high: '0.6' }),
    /high: expected number, found "0.6"/,
  ],
  ['a summary that is no JSON', 'training_summary.json', changed('training_summary.json', () => '#'), /expected JSON/],
  [
    'the summary of another model',
    'training_summary.json',
    withFields('training_summary.json', { model: { name: 'other', version: '1.2.3' } }),
    /model.name: expected "churn-test", found "other"/,
  ],
  [
    'the summary of another version',
    'training_summary.json',
    withFields('training_summary.json', { model: { name: 'churn-test', version: '9' } }),
    /model.version: expected "1.2.3", found "9"/,
  ],
  ['an empty card', 'MODEL_CARD.md', changed('MODEL_CARD.md', () => ''), /expected a text, found an empty file/],
  ['an empty report', 'REPORT.md', changed('REPORT.md', () => ''), /expected a text, found an empty file/],
]);
