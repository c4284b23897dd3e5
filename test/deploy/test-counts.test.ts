import assert from 'node:assert/strict';
import { test } from 'node:test';
import reportCounts, {
  isGood,
  parseCounts,
  sumOfCounts,
  summaryLine,
  toTestCounts,
} from '../../deploy/local/test-counts.mjs';

const reported = { tests: 9, passed: 4, failed: 1, cancelled: 1, skipped: 2, todo: 1, topLevel: 9, suites: 0 };

async function written(events: { type: string; data: unknown }[]): Promise<string> {
  async function* stream() {
    yield* events;
    await Promise.resolve();
  }
  let text = '';
  for await (const part of reportCounts(stream())) text += part;
  return text;
}

test('a cancelled test has failed, a planned one is skipped', () => {
  assert.deepEqual(toTestCounts(reported), { passed: 4, failed: 2, skipped: 3 });
});

test('the closing line names skipped tests only if there are any', () => {
  assert.equal(summaryLine({ passed: 12, failed: 0, skipped: 0 }), '12 passed, 0 failed');
  assert.equal(summaryLine({ passed: 12, failed: 3, skipped: 2 }), '12 passed, 3 failed, 2 skipped');
});

test('several runs are summed', () => {
  const runs = [
    { passed: 12, failed: 0, skipped: 2 },
    { passed: 3, failed: 1, skipped: 0 },
  ];
  assert.deepEqual(sumOfCounts(runs), { passed: 15, failed: 1, skipped: 2 });
});

test('a run is good only if something passed and nothing failed', () => {
  assert.ok(isGood({ passed: 1, failed: 0, skipped: 5 }));
  assert.ok(!isGood({ passed: 100, failed: 1, skipped: 0 }));
  assert.ok(!isGood({ passed: 0, failed: 0, skipped: 5 }));
});

test('of the summaries only the one for the whole run counts', async () => {
  const text = await written([
    { type: 'test:summary', data: { counts: { ...reported, passed: 1 }, file: 'one.test.ts' } },
    { type: 'test:pass', data: { name: 'one' } },
    { type: 'test:summary', data: { counts: reported, file: undefined } },
  ]);
  assert.deepEqual(parseCounts(text), { passed: 4, failed: 2, skipped: 3 });
});

test('a run that did not get to its end has no counts', async () => {
  assert.deepEqual(parseCounts(await written([{ type: 'test:pass', data: {} }])), { passed: 0, failed: 0, skipped: 0 });
});
