import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { readConfig } from '../../../models/export/config.ts';
import type { ExportConfig } from '../../../models/export/config.ts';
import type { Environment } from '../../../services/platform/config/parse-environment.ts';
import { createPseudonymizer } from '../../../services/platform/crypto/pseudonym.ts';

const POLICY = resolve('deploy/policy/default.yaml');
const SECRET = 'a secret that is long enough';

/** A folder with a log, and with a table of labels where its text is given. */
function folderOf(t: TestContext, table?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'churn-export-config-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'log'), '');
  mkdirSync(join(folder, 'out'));
  if (table !== undefined) writeFileSync(join(folder, 'labels.csv'), table);
  return folder;
}

function read(folder: string, options: string, environment: Environment = {}): ReturnType<typeof readConfig> {
  return readConfig(options.split(' '), { INIT_CWD: folder, ...environment });
}

function configOf(parsed: ReturnType<typeof readConfig>): ExportConfig {
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.mistakes.join('; '));
  return parsed.value;
}

const REST = `--policy ${POLICY} --as-of 2026-02-28 --label inactivity:30 --out out/set.parquet`;

test('a date is the end of its civil day in the zone of the policy, an instant is itself, each taken once', (t) => {
  const folder = folderOf(t);
  const more = '--as-of 2026-01-31 2026-01-31 --as-of=2026-02-28T10:00:00+08:00 --known-through 2026-03-31';
  const { plan, out } = configOf(read(folder, `--log log ${REST} ${more}`));
  assert.deepEqual(
    plan.asOfsMs.map((asOfMs) => new Date(asOfMs).toISOString()),
    ['2026-01-31T15:59:59.999Z', '2026-02-28T02:00:00.000Z', '2026-02-28T15:59:59.999Z'],
  );
  assert.equal(plan.knownThroughMs, Date.parse('2026-03-31T15:59:59.999Z'));
  assert.equal(out, join(folder, 'out/set.parquet'));
});

test('a topic goes by its own time stamps unless told otherwise, files by the source', (t) => {
  const folder = folderOf(t);
  const sourceOf = (options: string): ExportConfig['source'] => configOf(read(folder, `${options} ${REST}`)).source;
  assert.deepEqual(sourceOf('--topic x --brokers k1:9092,k2:9092'), {
    type: 'topic',
    topic: 'x',
    kafka: { brokers: ['k1:9092', 'k2:9092'] },
    knownBy: 'log',
  });
  assert.deepEqual(sourceOf('--topic x --known-by source'), {
    type: 'topic',
    topic: 'x',
    kafka: { brokers: ['127.0.0.1:9092'] },
    knownBy: 'source',
  });
  assert.deepEqual(sourceOf('--log log log'), { type: 'files', paths: [join(folder, 'log'), join(folder, 'log')] });
});

test('all mistakes are told together', (t) => {
  const folder = folderOf(t, 'subscriber_id,label,matured_at\na,2,2026-09-30\na,1,soon\n');
  const options =
    'stray --topics x --log log missing --known-by log --policy none.yaml --as-of 2026-02-30 --known-through then --label table:labels.csv';
  const parsed = read(folder, options);
  assert.ok(!parsed.ok);
  for (const place of [
    '"stray"',
    '--topics: ',
    `--log: ${join(folder, 'missing')}`,
    '--known-by: ',
    '--policy: ',
    '--as-of 2026-02-30',
    '--known-through then',
    'row 2: label',
    'row 3: matured_at',
    '--out: ',
  ]) {
    assert.equal(parsed.mistakes.filter((mistake) => mistake.includes(place)).length, 1, place);
  }
});

test('a topic and files, or neither, is a mistake', (t) => {
  const folder = folderOf(t);
  for (const source of ['', '--topic x --log log ']) {
    const parsed = read(folder, `${source}${REST}`);
    assert.deepEqual(parsed, { ok: false, mistakes: ['expected either --topic NAME or --log FILE…'] });
  }
});

test('a table names subscribers as the log does, or by number in clear', (t) => {
  const rest = REST.replace('inactivity:30', 'table:labels.csv');
  const tableOf = (text: string, environment: Environment = {}): unknown => {
    const { labels } = configOf(read(folderOf(t, text), `--topic x ${rest}`, environment)).plan;
    return labels.type === 'table' ? Object.fromEntries(labels.table) : undefined;
  };
  const maturedAtMs = Date.parse('2026-09-30T15:59:59.999Z');
  assert.deepEqual(tableOf('subscriber_id,label,matured_at\nk1-a,1,2026-09-30\n\nk1-b,0,2026-09-30\n'), {
    'k1-a': { label: 1, maturedAtMs },
    'k1-b': { label: 0, maturedAtMs },
  });
  const keys = { CHURN_PSEUDONYM_KEY_ID: 'k1', CHURN_PSEUDONYM_SECRET: SECRET };
  const id = createPseudonymizer({ keyId: 'k1', secret: SECRET })('8613900000000');
  assert.deepEqual(tableOf('number,label,matured_at\n8613900000000,0,2026-09-30\n', keys), {
    [id]: { label: 0, maturedAtMs },
  });
});

test('a number of a table has the pseudonym of the log, however it is written', (t) => {
  const keys = { CHURN_PSEUDONYM_KEY_ID: 'k1', CHURN_PSEUDONYM_SECRET: SECRET };
  const rest = REST.replace('inactivity:30', 'table:labels.csv');
  const readTable = (number: string, options = ''): ReturnType<typeof readConfig> =>
    read(folderOf(t, `number,label,matured_at\n${number},1,2026-09-30\n`), `--topic x ${rest}${options}`, keys);
  const idsOf = (parsed: ReturnType<typeof readConfig>): readonly string[] => {
    const { labels } = configOf(parsed).plan;
    return labels.type === 'table' ? [...labels.table.keys()] : [];
  };
  const id = createPseudonymizer({ keyId: 'k1', secret: SECRET })('8613900000000');
  for (const number of ['8613900000000', '+86 139-0000-0000', '008613900000000', 'tel:+8613900000000']) {
    assert.deepEqual(idsOf(readTable(number)), [id], number);
  }
  for (const number of ['013900000000', '13900000000', '+8613900000000']) {
    assert.deepEqual(idsOf(readTable(number, ' --country-code 86 --trunk-prefix 0')), [id], number);
  }
  for (const number of ['013900000000', '10086', 'user-17']) {
    const parsed = readTable(number);
    assert.ok(!parsed.ok, number);
    assert.match(parsed.mistakes.join(), /row 2: expected number as digits with their country code .*--country-code/);
    assert.ok(!parsed.mistakes.join().includes(number), 'places, never identifiers');
  }
  const wrong = {
    ' --trunk-prefix 0': /--trunk-prefix: expected with/,
    ' --country-code 0086': /--country-code: expected/,
  };
  for (const [options, told] of Object.entries(wrong)) {
    const parsed = readTable('8613900000000', options);
    assert.ok(!parsed.ok);
    assert.match(parsed.mistakes.join(), told);
  }
});

test('numbers in clear for a log elsewhere need the secret', (t) => {
  const folder = folderOf(t, 'number,label,matured_at\n8613900000000,0,2026-09-30\n');
  const parsed = read(folder, `--topic x --brokers far:9092 ${REST.replace('inactivity:30', 'table:labels.csv')}`);
  assert.ok(!parsed.ok);
  assert.equal(parsed.mistakes.length, 1);
  assert.match(parsed.mistakes[0] ?? '', /CHURN_PSEUDONYM_SECRET/);
});

test('a topic beside files does not hide that a file cannot be read', (t) => {
  const folder = folderOf(t);
  const parsed = read(folder, `--topic x --log log out missing ${REST}`);
  assert.ok(!parsed.ok);
  assert.deepEqual(parsed.mistakes, [
    `--log: ${join(folder, 'out')} cannot be read as a file`,
    `--log: ${join(folder, 'missing')} cannot be read as a file`,
    'expected either --topic NAME or --log FILE…',
  ]);
});
