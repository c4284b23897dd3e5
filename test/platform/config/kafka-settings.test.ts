import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Type } from 'typebox';
import { kafkaVariables, readKafkaAccess } from '../../../services/platform/config/kafka-settings.ts';
import { parseConfig } from '../../../services/platform/config/parse-environment.ts';
import type { KafkaAccess } from '../../../services/platform/kafka/client.ts';

const directory = mkdtempSync(join(tmpdir(), 'kafka-settings-'));
after(() => {
  rmSync(directory, { recursive: true });
});
const PASSWORD = 'hidden-pass-word';
const USER = { CHURN_KAFKA_USER: 'churn-scorer', CHURN_KAFKA_PASSWORD: PASSWORD };

function read(environment: Readonly<Record<string, string>>) {
  return parseConfig<typeof kafkaVariables, KafkaAccess>(Type.Object(kafkaVariables), environment, (variables) => {
    const mistakes: string[] = [];
    const value = readKafkaAccess(variables, mistakes);
    return mistakes.length === 0 ? { ok: true, value } : { ok: false, mistakes };
  });
}

function mistakesOf(environment: Readonly<Record<string, string>>): readonly string[] {
  const parsed = read(environment);
  return parsed.ok ? [] : parsed.mistakes;
}

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

test('without any settings brokers are spoken to in clear and by nobody in particular', () => {
  const parsed = read({ CHURN_KAFKA_BROKERS: 'a:1, b:2' });
  assert.deepEqual(parsed.ok && parsed.value, { brokers: ['a:1', 'b:2'] });
});

test('a password may come from a file, whose last line break is no part of it', () => {
  for (const given of [{ CHURN_KAFKA_PASSWORD: PASSWORD }, { CHURN_KAFKA_PASSWORD_FILE: file('p', `${PASSWORD}\n`) }]) {
    const parsed = read({ CHURN_KAFKA_SASL: 'scram-sha-512', CHURN_KAFKA_USER: 'u', ...given });
    assert.deepEqual(parsed.ok && parsed.value.sasl, { mechanism: 'scram-sha-512', username: 'u', password: PASSWORD });
  }
});

test('a user without a password, and the other way round, refuse the start', () => {
  const scram = { CHURN_KAFKA_SASL: 'scram-sha-256' };
  assert.match(
    mistakesOf(scram).join('\n'),
    /CHURN_KAFKA_USER: expected.*\nCHURN_KAFKA_PASSWORD, CHURN_KAFKA_PASSWORD_FILE: expected one/,
  );
  assert.match(mistakesOf({ ...scram, CHURN_KAFKA_USER: 'u' }).join(), /^CHURN_KAFKA_PASSWORD, .*: expected one/);
  assert.match(mistakesOf({ ...scram, CHURN_KAFKA_PASSWORD: PASSWORD }).join(), /^CHURN_KAFKA_USER: expected/);
  assert.match(mistakesOf(USER).join(), /given, but CHURN_KAFKA_SASL is off/);
  const both = { ...scram, ...USER, CHURN_KAFKA_PASSWORD_FILE: file('q', PASSWORD) };
  assert.match(mistakesOf(both).join(), /expected one of them/);
  assert.match(
    mistakesOf({ ...scram, CHURN_KAFKA_USER: 'u', CHURN_KAFKA_PASSWORD_FILE: file('e', '\n') }).join(),
    /not empty/,
  );
});

test('a password is sent in clear only where that is allowed', () => {
  const plain = { CHURN_KAFKA_SASL: 'plain', ...USER };
  assert.match(mistakesOf(plain).join(), /plain sends the password in clear/);
  assert.deepEqual(mistakesOf({ ...plain, CHURN_KAFKA_TLS: 'on' }), []);
  assert.deepEqual(mistakesOf({ ...plain, CHURN_KAFKA_PLAIN_IN_CLEAR: 'allowed' }), []);
});

test('files that are no certificates or belong to no TLS are told together, without their content', () => {
  const pem = file('ca', PASSWORD);
  const mistakes = mistakesOf({
    CHURN_KAFKA_TLS: 'on',
    CHURN_KAFKA_CA_FILE: pem,
    CHURN_KAFKA_CERT_FILE: join(directory, 'missing'),
    CHURN_KAFKA_SASL: 'plain',
    ...USER,
    CHURN_KAFKA_USER: '',
  });
  const text = mistakes.join('\n');
  for (const words of [
    /CERT_FILE, CHURN_KAFKA_KEY_FILE: expected both/,
    /CERT_FILE: expected a file that can be read \(ENOENT\)/,
    /CA_FILE: expected a PEM file/,
    /CHURN_KAFKA_USER: expected/,
  ]) {
    assert.match(text, words);
  }
  assert.ok(!text.includes(PASSWORD));
  assert.match(mistakesOf({ CHURN_KAFKA_CA_FILE: pem }).join(), /given, but CHURN_KAFKA_TLS is off/);
});
