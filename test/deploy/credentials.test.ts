import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { parseEnv } from 'node:util';
import { makeCredentials } from '../../deploy/compose/credentials.ts';
import { readConfig } from '../../services/retention/config.ts';

const nothing = { CHURN_API_KEYS: '', CHURN_PSEUDONYM_SECRET: '' };
const secret = 'a secret # with "all" but $quotes';

function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** As `node --env-file` reads them. */
function variablesIn(folder: string): NodeJS.Dict<string> {
  const texts = ['pseudonym.env', 'api-keys.env'].map((name) => readFileSync(join(folder, name), 'utf8'));
  return parseEnv(texts.join(''));
}

test('what is made by chance is what the retention service takes, and lets in who holds the key', (t) => {
  const folder = emptyFolder(t);
  assert.ok(makeCredentials(folder, nothing).ok);
  const parsed = readConfig({ ...variablesIn(folder), CHURN_AUTH: 'api-key', CHURN_PSEUDONYM_KEY_ID: 'demo' });
  assert.ok(parsed.ok);
  const apiKey = readFileSync(join(folder, 'api-key'), 'utf8');
  assert.ok(parsed.value.authenticate({ apiKey, bearerToken: undefined }).ok);
  assert.ok(!parsed.value.authenticate({ apiKey: `${apiKey}x`, bearerToken: undefined }).ok);
  assert.ok(parsed.value.pseudonymOf !== undefined);
});

test('a second start keeps what the first one made, another folder gets its own', (t) => {
  const [folder, other] = [emptyFolder(t), emptyFolder(t)];
  makeCredentials(folder, nothing);
  const first = variablesIn(folder);
  makeCredentials(folder, nothing);
  makeCredentials(other, nothing);
  assert.deepEqual(variablesIn(folder), first);
  assert.notEqual(variablesIn(other)['CHURN_PSEUDONYM_SECRET'], first['CHURN_PSEUDONYM_SECRET']);
  assert.notEqual(variablesIn(other)['CHURN_API_KEYS'], first['CHURN_API_KEYS']);
});

test('what is given is taken letter by letter, and no key is made then', (t) => {
  const folder = emptyFolder(t);
  const given = { CHURN_API_KEYS: `crm:${'0'.repeat(64)}:workorder:read`, CHURN_PSEUDONYM_SECRET: secret };
  assert.ok(makeCredentials(folder, given).ok);
  assert.deepEqual({ ...variablesIn(folder) }, given);
  assert.ok(!readdirSync(folder).includes('api-key'));
});

test('another secret than before, one too short and what cannot be quoted are refused and change nothing', (t) => {
  const folder = emptyFolder(t);
  makeCredentials(folder, { ...nothing, CHURN_PSEUDONYM_SECRET: secret });
  const before = variablesIn(folder);
  for (const wrong of ['another secret of 16 bytes', 'short', "it's longer than 16 bytes"]) {
    const outcome = makeCredentials(folder, { ...nothing, CHURN_PSEUDONYM_SECRET: wrong });
    assert.ok(!outcome.ok);
    assert.ok(!outcome.message.includes(wrong));
  }
  assert.ok(!makeCredentials(folder, { ...nothing, CHURN_API_KEYS: "a'b" }).ok);
  assert.deepEqual(variablesIn(folder), before);
});

test('nobody else on the machine reads them', (t) => {
  const folder = emptyFolder(t);
  makeCredentials(folder, nothing);
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
});
