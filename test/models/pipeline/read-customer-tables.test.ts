import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readCustomerTables } from '../../../models/pipeline/read-customer-tables.ts';
import { USAGE_COLUMNS } from '../../../services/simulator/replay/usage-row.ts';

const USAGE = 'exacaster_mobile_churn/customer_usage.csv.gz';
const CHURN = 'exacaster_mobile_churn/customer_churn.csv.gz';
const EVENTS = 'exacaster_events_2016/usage_events.csv.gz';
const USERS = Array.from({ length: 10 }, (_, index) => index + 1);
const GOOD: Readonly<Record<string, string>> = {
  [USAGE]: usageOf(USERS),
  [CHURN]: churnOf(USERS.map((user) => [user, user % 2])),
  [EVENTS]: 'event_type,event_start_time,duration,charge_or_mb\nDATA,2016-01-04T23:08:36.000+02:00,270,1.5\n',
};

function usageOf(users: readonly number[]): string {
  const rows = users.map((user) =>
    USAGE_COLUMNS.map((column) => ({ year: 2013, month: 6, user_account_id: user })[column] ?? 0).join(','),
  );
  return [USAGE_COLUMNS.join(','), ...rows, ''].join('\n');
}

function churnOf(labels: readonly (readonly number[])[]): string {
  const rows = labels.map(([user, churn]) => `2013,9,${user},${churn}\n`);
  return `year,month,user_account_id,churn\n${rows.join('')}`;
}

/** A folder with the good tables, but for those that are given; undefined for one that is not there. */
function folderWith(t: TestContext, changed: Readonly<Record<string, string | Buffer | undefined>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'churn-tables-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  for (const name of ['exacaster_mobile_churn', 'exacaster_events_2016']) mkdirSync(join(folder, name));
  for (const [name, content] of Object.entries({ ...GOOD, ...changed })) {
    if (content === undefined) continue;
    writeFileSync(join(folder, name), typeof content === 'string' ? gzipSync(content) : content);
  }
  return folder;
}

async function mistakesIn(folder: string): Promise<readonly string[]> {
  const read = await readCustomerTables(folder);
  return read.ok ? [] : read.mistakes.map((mistake) => mistake.replaceAll(`${folder}/`, ''));
}

test('tables that are as they should be are read', async (t) => {
  const read = await readCustomerTables(folderWith(t, {}));
  assert.ok(read.ok);
  assert.deepEqual([read.value.rows.length, read.value.labels.length, read.value.notes], [10, 10, []]);
});

test('what is wrong with each file is told at once, with its name', async (t) => {
  const whole = gzipSync(usageOf(USERS));
  const folder = folderWith(t, {
    [USAGE]: whole.subarray(0, whole.length - 9),
    [CHURN]: Buffer.of(),
    [EVENTS]: undefined,
  });
  const [usage = '', churn = '', events = '', ...more] = await mistakesIn(folder);
  assert.match(
    usage,
    /^exacaster_mobile_churn\/customer_usage\.csv\.gz is not a whole gzipped CSV: unexpected end of file$/,
  );
  assert.equal(churn, `${CHURN} is empty`);
  assert.ok(events.startsWith(`${EVENTS} cannot be read.`));
  assert.deepEqual(more, []);
});

for (const [what, changed, expected] of [
  [
    'text that is not packed',
    { [CHURN]: Buffer.from('year,month') },
    /churn\.csv\.gz is not a whole gzipped CSV: inco/,
  ],
  ['a packed empty file', { [USAGE]: '' }, /usage\.csv\.gz: no column .*user_account_id.* in its first line/],
  ['a header alone', { [CHURN]: churnOf([]) }, /churn\.csv\.gz: no row below the header/],
  ['a missing column', { [CHURN]: 'year,user_account_id\n2013,1\n' }, /churn\.csv\.gz: no column month, churn in/],
  [
    'a header of events alone',
    { [EVENTS]: 'event_type,duration\n' },
    /events\.csv\.gz: no column event_start_time, charge/,
  ],
  [
    'a row of another length',
    { [CHURN]: `${GOOD[CHURN] ?? ''}1,2\n` },
    /churn\.csv\.gz is not a whole gzipped CSV: Invalid Record/,
  ],
  [
    'a user labelled twice',
    { [CHURN]: `${GOOD[CHURN] ?? ''}2013,9,3,1\n` },
    /churn\.csv\.gz, data row 11: its user is in data row 3 al/,
  ],
  [
    'a month of a user twice',
    { [USAGE]: usageOf([...USERS, 4]) },
    /usage\.csv\.gz, data row 11: its user and month is in data row 4 al/,
  ],
  [
    'one class',
    { [CHURN]: churnOf(USERS.map((user) => [user, 0])) },
    /0 left \(churn 1\) and 10 stayed \(churn 0\); at least 5/,
  ],
  ['too few that left', { [CHURN]: churnOf(USERS.map((user) => [user, Number(user > 6)])) }, /4 left .* 6 stayed/],
  [
    'labels of others',
    { [CHURN]: churnOf(USERS.map((user) => [user + 100, user % 2])) },
    /none of its users has a row in .*usage/,
  ],
  [
    'an id that is no number',
    { [CHURN]: `${GOOD[CHURN] ?? ''}2013,9,x3,1\n` },
    /data row 11: user_account_id: expected a whole number/,
  ],
] as const) {
  test(`${what} is told before anything runs`, async (t) => {
    const mistakes = await mistakesIn(folderWith(t, changed));
    assert.equal(mistakes.length, 1, mistakes.join('\n'));
    assert.match(mistakes[0] ?? '', expected);
  });
}

test('many bad rows are shown in part, and counted', async (t) => {
  const mistakes = await mistakesIn(
    folderWith(t, { [CHURN]: churnOf([...USERS, ...USERS].map((user) => [user, user % 2])) }),
  );
  assert.equal(mistakes.length, 6);
  assert.match(mistakes[5] ?? '', /: 5 more such rows$/);
});

test('users that only one table knows are left out, and that is said', async (t) => {
  const folder = folderWith(t, {
    [USAGE]: usageOf([...USERS, 11, 12]),
    [CHURN]: churnOf([...USERS, 20].map((user) => [user, user % 2])),
  });
  const read = await readCustomerTables(folder);
  assert.ok(read.ok);
  assert.deepEqual(read.value.notes, [
    '2 users with usage have no label: no vector of theirs is used',
    '1 users with a label have no usage: they are left out',
  ]);
});
