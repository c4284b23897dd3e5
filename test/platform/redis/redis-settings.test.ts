import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRedisSettings } from '../../../services/platform/config/redis-settings.ts';

const none = { CHURN_REDIS_CA_FILE: '', CHURN_REDIS_CERT_FILE: '', CHURN_REDIS_KEY_FILE: '' };

function mistakesOf(variables: Parameters<typeof readRedisSettings>[0]): string[] {
  const mistakes: string[] = [];
  readRedisSettings(variables, mistakes);
  return mistakes;
}

test('without files the URL is all', () => {
  assert.deepEqual(readRedisSettings({ ...none, CHURN_REDIS_URL: 'rediss://a:1' }, []), { url: 'rediss://a:1' });
});

test('all that is wrong with files is told together, by variable and never by content', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'churn-pem-'));
  t.after(() => {
    rmSync(directory, { recursive: true });
  });
  const noPem = join(directory, 'file');
  writeFileSync(noPem, 'secret-content');
  const mistakes = mistakesOf({
    CHURN_REDIS_URL: 'redis://a:1',
    CHURN_REDIS_CA_FILE: noPem,
    CHURN_REDIS_CERT_FILE: join(directory, 'absent'),
    CHURN_REDIS_KEY_FILE: '',
  });
  assert.equal(mistakes.length, 4, mistakes.join('\n'));
  assert.match(mistakes.join('\n'), /expected rediss instead of redis/);
  assert.match(mistakes.join('\n'), /expected both or none/);
  assert.match(mistakes.join('\n'), /CHURN_REDIS_CERT_FILE: expected a file that can be read \(ENOENT\)/);
  assert.match(mistakes.join('\n'), /CHURN_REDIS_CA_FILE: expected a PEM file with certificates/);
  assert.doesNotMatch(mistakes.join('\n'), /secret-content/);
});

test('user and password that are not percent-encoded are refused without them', () => {
  const mistakes = mistakesOf({ ...none, CHURN_REDIS_URL: 'redis+cluster://user:100%@a:1' });
  assert.deepEqual(mistakes, ['CHURN_REDIS_URL: expected user and password percent-encoded']);
});
