import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { parseEnv } from 'node:util';
import { makeCredentials } from '../../deploy/compose/credentials.ts';
import type { CredentialFolders } from '../../deploy/compose/credentials.ts';
import { readConfig } from '../../services/retention/config.ts';

const nothing = { CHURN_API_KEYS: '', CHURN_PSEUDONYM_SECRET: '' };
const secret = 'a secret # with "all" but $quotes';

function emptyFolders(t: TestContext): CredentialFolders {
  const folder = (): string => {
    const path = mkdtempSync(join(tmpdir(), 'credentials-'));
    t.after(() => {
      rmSync(path, { recursive: true });
    });
    return path;
  };
  return { pseudonym: folder(), apiKeys: folder() };
}

/** As `node --env-file` reads them. */
function variablesIn({ pseudonym, apiKeys }: CredentialFolders): NodeJS.Dict<string> {
  const files = [join(pseudonym, 'pseudonym.env'), join(apiKeys, 'api-keys.env')];
  return parseEnv(files.map((file) => readFileSync(file, 'utf8')).join(''));
}

test('what is made by chance is what the retention service takes, and lets in who holds the key', (t) => {
  const folders = emptyFolders(t);
  assert.ok(makeCredentials(folders, nothing).ok);
  const parsed = readConfig({ ...variablesIn(folders), CHURN_AUTH: 'api-key', CHURN_PSEUDONYM_KEY_ID: 'demo' });
  assert.ok(parsed.ok);
  const apiKey = readFileSync(join(folders.apiKeys, 'api-key'), 'utf8');
  assert.ok(parsed.value.authenticate({ apiKey, bearerToken: undefined }).ok);
  assert.ok(!parsed.value.authenticate({ apiKey: `${apiKey}x`, bearerToken: undefined }).ok);
  assert.ok(parsed.value.pseudonymOf !== undefined);
});

test('a second start keeps what the first one made, another folder gets its own', (t) => {
  const [folders, other] = [emptyFolders(t), emptyFolders(t)];
  makeCredentials(folders, nothing);
  const first = variablesIn(folders);
  makeCredentials(folders, nothing);
  makeCredentials(other, nothing);
  assert.deepEqual(variablesIn(folders), first);
  assert.notEqual(variablesIn(other)['CHURN_PSEUDONYM_SECRET'], first['CHURN_PSEUDONYM_SECRET']);
  assert.notEqual(variablesIn(other)['CHURN_API_KEYS'], first['CHURN_API_KEYS']);
});

test('what is given is taken letter by letter, and no key is made then', (t) => {
  const folders = emptyFolders(t);
  const given = { CHURN_API_KEYS: `crm:${'0'.repeat(64)}:workorder:read`, CHURN_PSEUDONYM_SECRET: secret };
  assert.ok(makeCredentials(folders, given).ok);
  assert.deepEqual({ ...variablesIn(folders) }, given);
  assert.ok(!readdirSync(folders.apiKeys).includes('api-key'));
});

test('another secret than before, one too short and what cannot be quoted are refused and change nothing', (t) => {
  const folders = emptyFolders(t);
  makeCredentials(folders, { ...nothing, CHURN_PSEUDONYM_SECRET: secret });
  const before = variablesIn(folders);
  for (const wrong of ['another secret of 16 bytes', 'short', "it's longer than 16 bytes"]) {
    const outcome = makeCredentials(folders, { ...nothing, CHURN_PSEUDONYM_SECRET: wrong });
    assert.ok(!outcome.ok);
    assert.ok(!outcome.message.includes(wrong));
  }
  assert.ok(!makeCredentials(folders, { ...nothing, CHURN_API_KEYS: "a'b" }).ok);
  assert.deepEqual(variablesIn(folders), before);
});

test('nobody else on the machine reads them', (t) => {
  const folders = emptyFolders(t);
  makeCredentials(folders, nothing);
  for (const folder of [folders.pseudonym, folders.apiKeys]) {
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
});

test('who needs the pseudonym secret alone is given a folder without keys', (t) => {
  const folders = emptyFolders(t);
  makeCredentials(folders, nothing);
  assert.deepEqual(readdirSync(folders.pseudonym), ['pseudonym.env']);
  assert.deepEqual(readdirSync(folders.apiKeys).toSorted(), ['api-key', 'api-keys.env']);
});
