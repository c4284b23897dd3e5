import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { isPseudonymSecret } from '../../services/platform/crypto/pseudonym.ts';
import { scopes } from '../../services/retention/auth/scopes.ts';
import type { CredentialVariables } from './config.ts';

export interface CredentialFolders {
  readonly pseudonym: string;
  readonly apiKeys: string;
}
export type CredentialOutcome = { readonly ok: boolean; readonly message: string };

const KEY_BYTES = 32;
/** What could end the quoted value in a file for `node --env-file`. */
const UNQUOTABLE = /['\r\n]/;

/**
 * Fills a folder with `pseudonym.env`, and another with `api-keys.env` and, where no API keys are given, `api-key` with a
 * key of all scopes: what makes pseudonyms needs no key. What was made by chance before stays, so that a second start finds the same pseudonyms and callers.
 */
export function makeCredentials(folders: CredentialFolders, given: CredentialVariables): CredentialOutcome {
  const secretFile = join(folders.pseudonym, 'pseudonym.env');
  const known = readVariable(secretFile, 'CHURN_PSEUDONYM_SECRET');
  const secret = given.CHURN_PSEUDONYM_SECRET || (known ?? randomText());
  const mistakes: string[] = [];
  if (!isPseudonymSecret(secret)) mistakes.push('CHURN_PSEUDONYM_SECRET: expected at least 16 bytes');
  if (known !== undefined && known !== secret) {
    mistakes.push(
      'CHURN_PSEUDONYM_SECRET: expected the one of before, or all subscribers known by now become strangers',
    );
  }
  for (const name of ['CHURN_PSEUDONYM_SECRET', 'CHURN_API_KEYS'] as const) {
    if (UNQUOTABLE.test(given[name])) mistakes.push(`${name}: expected without single quotes and line breaks`);
  }
  if (mistakes.length > 0) return { ok: false, message: mistakes.join('\n') };

  const isOwn = given.CHURN_API_KEYS === '';
  const apiKeys = isOwn ? `compose:${sha256(keyOf(folders.apiKeys))}:${scopes.join('+')}` : given.CHURN_API_KEYS;
  writeWhole(secretFile, `CHURN_PSEUDONYM_SECRET='${secret}'\n`);
  writeWhole(join(folders.apiKeys, 'api-keys.env'), `CHURN_API_KEYS='${apiKeys}'\n`);
  return {
    ok: true,
    message: `API keys: ${isOwn ? `one made here, in ${join(folders.apiKeys, 'api-key')}` : 'as given'}`,
  };
}

function keyOf(folder: string): string {
  const file = join(folder, 'api-key');
  if (!existsSync(file)) writeWhole(file, randomText());
  return readFileSync(file, 'utf8');
}

function readVariable(file: string, name: string): string | undefined {
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8'))[name] : undefined;
}

/** For its owner alone, and never half: a start that is broken off must not leave an empty secret behind. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

function randomText(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
