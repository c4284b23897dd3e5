import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfig } from '../../services/retention/config.ts';
import { readWorkingCalendar } from '../../services/retention/read-working-calendar.ts';

const directory = mkdtempSync(join(tmpdir(), 'retention-config-'));
after(() => {
  rmSync(directory, { recursive: true });
});
const calendarFile = new URL('../../services/retention/calendars/china-2025-2026.yaml', import.meta.url);
const given = { CHURN_WORKING_CALENDAR_FILE: calendarFile.pathname };
const API_KEY = `crm:${'a'.repeat(64)}:workorder:read+workorder:write`;

test('the defaults are a demo on loopback', () => {
  const config = readConfig(given);
  assert.ok(config.ok);
  assert.equal(config.value.publicBaseUrl, 'http://127.0.0.1:8080');
  assert.equal(config.value.pseudonymOf, undefined);
  assert.ok(config.value.authenticate({ apiKey: undefined, bearerToken: undefined }).ok);
});

test('an address that others can reach needs credentials', () => {
  for (const host of ['0.0.0.0', '::', '10.1.2.3']) {
    assert.deepEqual(mistakesOf({ CHURN_HTTP_HOST: host }), [
      'CHURN_AUTH: may be off on loopback only; CHURN_HTTP_HOST is another address',
    ]);
    assert.ok(readConfig({ ...given, CHURN_HTTP_HOST: host, CHURN_AUTH: 'api-key', CHURN_API_KEYS: API_KEY }).ok);
  }
});

test('credentials that are half given refuse the start', () => {
  const publicKeyFile = join(directory, 'public.pem');
  writeFileSync(
    publicKeyFile,
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }),
  );
  const jwt = { CHURN_JWT_ISSUER: 'i', CHURN_JWT_AUDIENCE: 'a', CHURN_JWT_PUBLIC_KEY_FILE: publicKeyFile };
  assert.ok(readConfig({ ...given, CHURN_AUTH: 'jwt', ...jwt }).ok);
  assert.ok(readConfig({ ...given, CHURN_AUTH: 'api-key+jwt', CHURN_API_KEYS: API_KEY, ...jwt }).ok);
  const halves: readonly Record<string, string>[] = [
    { CHURN_AUTH: 'api-key' },
    { CHURN_AUTH: 'yes' },
    { CHURN_AUTH: 'api-key', CHURN_API_KEYS: 'crm:short:workorder:read' },
    { CHURN_AUTH: 'api-key', CHURN_API_KEYS: `crm:${'a'.repeat(64)}:everything` },
    { CHURN_AUTH: 'api-key', CHURN_API_KEYS: `crm:${'a'.repeat(64)}` },
    { CHURN_AUTH: 'jwt', ...jwt, CHURN_JWT_AUDIENCE: '' },
    { CHURN_AUTH: 'jwt', ...jwt, CHURN_JWT_PUBLIC_KEY_FILE: join(directory, 'absent.pem') },
    { CHURN_AUTH: 'jwt', ...jwt, CHURN_JWT_ALGORITHM: 'HS256' },
    { CHURN_AUTH: 'jwt', ...jwt, CHURN_JWT_ALGORITHM: 'ES256' },
    { CHURN_API_KEYS: API_KEY },
    { ...jwt },
  ];
  for (const half of halves) assert.notDeepEqual(mistakesOf(half), [], JSON.stringify(half));
});

test('a key opens exactly its scopes', () => {
  const config = readConfig({
    ...given,
    CHURN_AUTH: 'api-key',
    CHURN_API_KEYS: `a:${'1'.repeat(64)}:churn:score:read, ${API_KEY}`,
  });
  assert.ok(config.ok);
  const refused = config.value.authenticate({ apiKey: 'x', bearerToken: undefined });
  assert.ok(!refused.ok && refused.reason === 'invalid_credentials');
});

test('all mistakes are told together, and no secret is repeated', () => {
  const mistakes = mistakesOf({
    CHURN_HTTP_HOST: '0.0.0.0',
    CHURN_WORKING_CALENDAR_FILE: join(directory, 'absent.yaml'),
    CHURN_PSEUDONYM_SECRET: 'tooshort',
  });
  assert.equal(mistakes.length, 3);
  assert.ok(!mistakes.join().includes('tooshort'));
  assert.equal(mistakesOf({ CHURN_HTTP_PORT: '99999', CHURN_REDIS_URL: 'http://x' }).length, 2);
  assert.equal(mistakesOf({ CHURN_HTTP_PORT: '0' }).length, 1);
  assert.equal(mistakesOf({ CHURN_HTTP_PORT: 'x', CHURN_HTTP_HOST: '0.0.0.0' }).length, 2);
  assert.equal(mistakesOf({ CHURN_AUTH: 'yes', CHURN_API_KEYS: API_KEY }).length, 1);
});

test('the calendar of China has the published holidays and make-up days', () => {
  const calendar = readWorkingCalendar(calendarFile);
  assert.ok(calendar.ok);
  const { knownThroughMs } = calendar.value;
  const isWorkingDay = (date: string): boolean => calendar.value.isWorkingDay(date);
  assert.equal(isWorkingDay('2026-02-14'), true);
  assert.equal(isWorkingDay('2026-02-16'), false);
  assert.equal(isWorkingDay('2026-10-08'), true);
  assert.equal(isWorkingDay('2026-10-10'), true);
  assert.equal(isWorkingDay('2025-10-08'), false);
  assert.equal(isWorkingDay('2025-09-28'), true);
  assert.equal(new Date(knownThroughMs).toISOString(), '2026-12-31T15:59:59.999Z');
});

test('a calendar file with mistakes is refused with their places', () => {
  const file = join(directory, 'wrong.yaml');
  writeFileSync(file, 'version: x\nopensAt: 9am\n');
  const wrong = readWorkingCalendar(file);
  assert.ok(!wrong.ok && wrong.detail.includes('/opensAt'));
  writeFileSync(file, '{ not yaml');
  assert.ok(!readWorkingCalendar(file).ok);
});

function mistakesOf(variables: Record<string, string>): readonly string[] {
  const config = readConfig({ ...given, ...variables });
  return config.ok ? [] : config.mistakes;
}
