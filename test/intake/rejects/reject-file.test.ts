import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openRejectFile } from '../../../services/intake/rejects/reject-file.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'churn-rejects-'));
  t.after(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

test('what stands behind the kept length is replaced by what comes again', async (t) => {
  const path = join(folder(t), 'voice', 'a.rejects.ndjson');
  const first = await openRejectFile(path, 0);
  const kept = await first.append('one\n');
  await first.append('twö, without a position\n');
  await first.close();

  const second = await openRejectFile(path, kept);
  assert.equal(await second.append('twö\n'), 9, 'bytes, not letters');
  await second.close();
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwö\n');
});

test('nothing is made where nothing is rejected, and a file that is gone begins anew', async (t) => {
  const path = join(folder(t), 'b.rejects.ndjson');
  const none = await openRejectFile(path, 100);
  assert.equal(await none.append(''), 0);
  await none.close();
  assert.equal(existsSync(path), false);

  writeFileSync(path, 'short\n');
  const shorter = await openRejectFile(path, 100);
  await shorter.append('more\n');
  await shorter.close();
  assert.equal(readFileSync(path, 'utf8'), 'short\nmore\n');
});
