import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { withPreparationLock } from '../../deploy/local/preparation-lock.mjs';

const directory = mkdtempSync(join(tmpdir(), 'preparation-lock-'));
after(() => {
  rmSync(directory, { recursive: true });
});
const ignore = () => undefined;

test('who comes second waits, is told so, and finds the work of the first done', async () => {
  const path = join(directory, 'two');
  const order: string[] = [];
  const started = Promise.withResolvers<undefined>();
  const told = Promise.withResolvers<string>();
  const first = withPreparationLock(path, ignore, async () => {
    started.resolve(undefined);
    await told.promise;
    order.push('first');
  });
  await started.promise;
  const second = withPreparationLock(path, told.resolve, () => Promise.resolve(order.push('second')));
  await Promise.all([first, second]);
  assert.deepEqual(order, ['first', 'second']);
  assert.equal(existsSync(path), false);
});

test('the lock of a process that is gone holds nobody up', async () => {
  const path = join(directory, 'gone');
  const largerThanAnyPid = 2 ** 30;
  writeFileSync(path, String(largerThanAnyPid));
  assert.equal(await withPreparationLock(path, ignore, () => Promise.resolve('done')), 'done');
});

test('work that fails gives the lock back', async () => {
  const path = join(directory, 'fails');
  await assert.rejects(
    withPreparationLock(path, ignore, () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(existsSync(path), false);
});
