import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../services/rekey/config.ts';
import { createNameChange } from '../../services/rekey/name-change.ts';
import { NumberLineError, readNumbers } from '../../services/rekey/read-numbers.ts';

const KEYS = {
  CHURN_OLD_PSEUDONYM_KEY_ID: 'a',
  CHURN_OLD_PSEUDONYM_SECRET: 'the-old-secret-of-sixteen',
  CHURN_PSEUDONYM_KEY_ID: 'b',
  CHURN_PSEUDONYM_SECRET: 'the-new-secret-of-sixteen',
};

test('options and variables are read, and the present keyspace is that of the services', () => {
  const environment = { ...KEYS, CHURN_REDIS_KEYSPACE: 'x:', INIT_CWD: '/lists' };
  const parsed = readConfig(['--numbers', 'numbers.txt', '--to', 'y:', '--dry-run'], environment);
  assert.ok(parsed.ok);
  const { numbers, from, to, isDry, leaveUnlisted, oldKey, newKey } = parsed.value;
  assert.deepEqual(
    { numbers, from, to, isDry, leaveUnlisted },
    { numbers: '/lists/numbers.txt', from: 'x:', to: 'y:', isDry: true, leaveUnlisted: false },
  );
  assert.deepEqual([oldKey.keyId, newKey.keyId], ['a', 'b']);
});

test('all mistakes are told together, and no secret with them', () => {
  const parsed = readConfig([], { ...KEYS, CHURN_PSEUDONYM_KEY_ID: 'a', CHURN_OLD_PSEUDONYM_SECRET: 'short-secret' });
  assert.ok(!parsed.ok);
  const text = parsed.mistakes.join('\n');
  for (const name of ['--numbers', '--to', 'CHURN_OLD_PSEUDONYM_SECRET', 'another key id']) {
    assert.ok(text.includes(name), name);
  }
  assert.ok(!text.includes('short-secret'));
});

test('a keyspace cannot be moved onto itself', () => {
  const parsed = readConfig(['--numbers', '-', '--to', ''], KEYS);
  assert.ok(!parsed.ok);
  assert.match(parsed.mistakes.join(), /another keyspace/);
});

test('the way back needs no list, and a list with it is a mistake', () => {
  const parsed = readConfig(['--reopen', '--to', 'y:'], { ...KEYS, CHURN_RETENTION_GROUP: 'desk' });
  assert.ok(parsed.ok);
  assert.equal(parsed.value.isReopening, true);
  assert.deepEqual(parsed.value.serviceGroups, [
    'churn-scorer',
    'desk.churn.risk-alert.v1',
    'desk.retention.outcome.v1',
  ]);
  const both = readConfig(['--reopen', '--numbers', '-', '--to', 'y:'], KEYS);
  assert.ok(!both.ok);
  assert.match(both.mistakes.join(), /--reopen: expected no --numbers/);
});

async function* lines(...texts: readonly string[]): AsyncGenerator<string> {
  await Promise.resolve();
  yield* texts;
}

test('a list is read a number a line, and a line with something else is told by its place only', async () => {
  const names = createNameChange(
    (number) => `a-${number}`,
    (number) => `b-${number}`,
  );
  const silent = (): void => undefined;
  const counts = await readNumbers(lines('8613900000001', '', ' 8613900000002\r', '8613900000001'), names, silent);
  assert.deepEqual(counts, { read: 3, repeated: 1 });
  assert.equal(names.newIdOf('a-8613900000002'), 'b-8613900000002');
  await assert.rejects(readNumbers(lines('1', '8613900000003;Li'), names, silent), (error: unknown) => {
    assert.ok(error instanceof NumberLineError);
    assert.match(error.message, /line 2/);
    assert.ok(!error.message.includes('8613900000003'));
    return true;
  });
});
