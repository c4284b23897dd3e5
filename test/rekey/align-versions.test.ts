import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLedger, encodeLedger, newLedger, versionNumber } from '../../services/core/quality/quality-ledger.ts';
import { alignVersions } from '../../services/rekey/align-versions.ts';

function ledgerOf(...modelVersions: readonly string[]): string {
  const ledger = newLedger();
  for (const modelVersion of modelVersions) versionNumber(ledger, modelVersion);
  return encodeLedger(ledger).toBase64();
}

function versionsIn(text: string | undefined): [number, string][] {
  if (text === undefined) return [];
  return decodeLedger(Uint8Array.fromBase64(text)).versions.map(({ number, modelVersion }) => [number, modelVersion]);
}

test('where all partitions know the same versions, their ledgers stay as they are', () => {
  const quality = [ledgerOf('m/1', 'm/2'), ledgerOf('m/1', 'm/2')];
  const aligned = alignVersions(quality);
  assert.deepEqual(aligned.quality, quality);
  assert.equal(aligned.versionOf(1, 0, 1), 1);
});

test('a prediction that moves names the same model in its new partition', () => {
  const aligned = alignVersions([ledgerOf('m/1', 'm/2'), ledgerOf('m/2')]);
  assert.equal(aligned.versionOf(1, 0, 1), 0);
  assert.equal(aligned.versionOf(0, 1, 0), 1);
});

test('a version that a partition has not heard of is added as its oldest, under a number of its own', () => {
  const aligned = alignVersions([ledgerOf('m/1', 'm/2'), ledgerOf('m/2'), undefined]);
  assert.deepEqual(versionsIn(aligned.quality[1]), [
    [1, 'm/1'],
    [0, 'm/2'],
  ]);
  assert.equal(aligned.versionOf(0, 0, 1), 1);
  assert.deepEqual(versionsIn(aligned.quality[2]), [
    [0, 'm/1'],
    [1, 'm/2'],
  ]);
  assert.equal(aligned.versionOf(9, 0, 1), undefined, 'one that was forgotten');
});
