import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runExport } from '../../../models/export/run-export.ts';
import { hintAtTable } from '../../../models/export/summary.ts';
import { at, regularLife } from '../../support/regular-life.ts';
import { knownAtOnce, memorySource, samplePlan } from './memory-source.ts';

const LOG = memorySource(knownAtOnce(regularLife({ subscriberIds: ['k1-a', 'k1-b'], fromMs: at(0), toMs: at(3) })));

/** The hint that an export gives to a table of these subscribers. */
async function hintFor(ids: readonly string[]): Promise<string | undefined> {
  const table = new Map(ids.map((id) => [id, { label: 1, maturedAtMs: at(30) }] as const));
  const plan = samplePlan({ labels: { type: 'table', table } });
  const { counts } = await runExport(plan, LOG);
  return hintAtTable(plan.labels, counts);
}

test('a table most of whose subscribers the log does not know is told of, with what to look at', async () => {
  assert.match(
    (await hintFor(['8613900000000', '8613900000001', 'k1-a'])) ?? '',
    /^the log knows 1 of the 3 .*secret/i,
  );
});

test('a table of subscribers that the log knows is not, nor labels of the log itself', async () => {
  assert.equal(await hintFor(['k1-a', 'k1-b', 'k1-newer']), undefined);
  const plan = samplePlan();
  assert.equal(hintAtTable(plan.labels, (await runExport(plan, LOG)).counts), undefined);
});
