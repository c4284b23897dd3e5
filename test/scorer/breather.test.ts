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

test('of several that wait one goes on in each turn, in their order', async () => {
  let nowMs = 0;
  const breathe = createBreather(10, () => nowMs);
  let turns = 0;
  const wentOn: string[] = [];
  async function work(name: string, steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      nowMs += 10;
      await breathe();
      wentOn.push(`${name} in turn ${turns}`);
    }
  }
  const count = (): void => {
    turns++;
    if (wentOn.length < 5) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all([work('a', 2), work('b', 2), work('c', 1)]);
  assert.deepEqual(wentOn, ['a in turn 1', 'b in turn 2', 'c in turn 3', 'a in turn 4', 'b in turn 5']);
});
