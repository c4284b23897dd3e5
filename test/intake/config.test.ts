import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import { readConfig } from '../../services/intake/config.ts';
import { CSV_MAPPING, ORDERED } from './feed-texts.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'churn-feeds-'));
  t.after(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

const feedOf = (name: string, source = '{ type: stdin }', mapping = CSV_MAPPING): string =>
  `feed: ${name}\nsource: ${source}\n${ORDERED}${mapping}`;

test('feeds are named by arguments, or by the variable: files, and folders of them', (t) => {
  const path = folder(t);
  mkdirSync(join(path, 'more'));
  writeFileSync(join(path, 'a.yaml'), feedOf('a'));
  writeFileSync(join(path, 'more', 'c.yaml'), feedOf('c', '{ type: file, path: c.csv }'));
  writeFileSync(join(path, 'more', 'b.yml'), feedOf('b', '{ type: folder, path: /in, watch: true }'));
  writeFileSync(join(path, 'more', 'notes.txt'), '');

  const byVariable = readConfig([], { CHURN_INTAKE_FEEDS: `${path}/a.yaml, ${path}/more` });
  assert.ok(byVariable.ok);
  assert.deepEqual(
    byVariable.value.feeds.map(({ name }) => name),
    ['a', 'b', 'c'],
  );
  assert.deepEqual(byVariable.value.feeds[2]?.source, { type: 'file', path: join(path, 'more', 'c.csv') });

  const byArgument = readConfig(['--check', `${path}/a.yaml`], { CHURN_INTAKE_FEEDS: `${path}/more` });
  assert.ok(byArgument.ok);
  assert.deepEqual([byArgument.value.feeds.length, byArgument.value.check, byArgument.value.json], [1, true, false]);
});

test('one start tells all mistakes: of arguments, variables, feed files, and of feeds together', (t) => {
  const path = folder(t);
  writeFileSync(join(path, 'a.yaml'), feedOf('same'));
  writeFileSync(join(path, 'b.yaml'), feedOf('same'));
  writeFileSync(join(path, 'c.yaml'), feedOf('calls', '{ type: topic, topic: calls }'));
  writeFileSync(join(path, 'd.yaml'), 'feed: D\n');
  const read = readConfig(['--dry', path, join(path, 'absent.yaml')], {
    CHURN_KAFKA_BROKERS: 'kafka.example:9092',
    CHURN_PSEUDONYM_SECRET: 'short',
    CHURN_EVENT_ID_SECRET: 'brief',
  });
  assert.ok(!read.ok);
  const told = read.mistakes.join('\n');
  for (const part of [
    /--dry/,
    /absent\.yaml/,
    /CHURN_PSEUDONYM_SECRET/,
    /CHURN_EVENT_ID_SECRET/,
    /c\.yaml: mapping\.csv\.header/,
    /d\.yaml/,
  ]) {
    assert.match(told, part);
  }
  assert.match(told, /feed same: expected once/);
  assert.match(told, /stdin: expected in one feed file/);
  assert.doesNotMatch(told, /short|brief/, 'a secret is not told');
});

test('under a new pseudonym key events keep their ids, if the secret of those is kept', (t) => {
  const path = folder(t);
  writeFileSync(join(path, 'a.yaml'), feedOf('a'));
  const [old, next] = ['the secret of before', 'the secret from now on'];
  const recordUnder = (environment: Record<string, string>): SubscriberEvent => {
    const read = readConfig([join(path, 'a.yaml')], environment);
    assert.ok(read.ok);
    const map = read.value.feeds[0]?.mapping.bindHeader(['ref', 'msisdn', 'time', 'duration']);
    assert.ok(map?.ok === true);
    const mapped = map.value(['1', '8613900000000', '1700000000000', '60']);
    assert.ok(mapped.kind === 'event');
    return mapped.record;
  };
  const before = recordUnder({ CHURN_PSEUDONYM_KEY_ID: 'k1', CHURN_PSEUDONYM_SECRET: old });
  const renamed = { CHURN_PSEUDONYM_KEY_ID: 'k2', CHURN_PSEUDONYM_SECRET: next };
  const after = recordUnder({ ...renamed, CHURN_EVENT_ID_SECRET: old });
  assert.equal(after.eventId, before.eventId);
  assert.notEqual(after.subscriberId, before.subscriberId);
  assert.notEqual(recordUnder(renamed).eventId, before.eventId, 'else they are known by the new one');
});

test('the mapping and what it takes from other files have one print', (t) => {
  const path = folder(t);
  const idOf = (text: string): string | undefined => {
    writeFileSync(join(path, 'a.yaml'), text);
    const read = readConfig([join(path, 'a.yaml')], {});
    return read.ok ? read.value.feeds[0]?.mappingId : undefined;
  };
  const id = idOf(feedOf('a'));
  assert.ok(id);
  assert.equal(idOf(feedOf('a', '{ type: file, path: x.csv }')), id, 'another source changes nothing');
  assert.notEqual(idOf(feedOf('a').replace('answered', 'dropped')), id);
});

test('the port of health and metrics has the name that it has for every service', (t) => {
  const path = folder(t);
  writeFileSync(join(path, 'a.yaml'), feedOf('a'));
  const portOf = (environment: Record<string, string>): number | undefined => {
    const read = readConfig([path], environment);
    return read.ok ? read.value.variables.CHURN_OPERATIONS_PORT : undefined;
  };
  assert.deepEqual([portOf({}), portOf({ CHURN_OPERATIONS_PORT: '9470' })], [9_466, 9_470]);
});
