import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBreather } from '../../services/scorer/breather.ts';

test('work that lasts lets others have a turn, and work that does not is not held up', async () => {
  let nowMs = 0;
  const breathe = createBreather(10, () => nowMs);
  assert.equal(breathe(), undefined);
  nowMs = 9;
  assert.equal(breathe(), undefined);
  nowMs = 10;
  let hadTurn = false;
  setImmediate(() => {
    hadTurn = true;
  });
  const breath = breathe();
  assert.ok(breath);
  await breath;
  assert.ok(hadTurn);
  assert.equal(breathe(), undefined, 'anew from there on');
  nowMs = 20;
  assert.ok(breathe());
});
