import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatOperations } from '../../deploy/local/demo/format-operations.ts';

test('the demo says where the metrics of each process are', () => {
  const operations = [
    { name: 'scorer-1', address: 'http://127.0.0.1:41001' },
    { name: 'retention', address: 'http://127.0.0.1:41002' },
  ];
  assert.equal(
    formatOperations(operations),
    [
      '  Metrics of each process, and its health at /readyz?verbose:',
      '',
      '    scorer-1   http://127.0.0.1:41001/metrics',
      '    retention  http://127.0.0.1:41002/metrics',
    ].join('\n'),
  );
});
