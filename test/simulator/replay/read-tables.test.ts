import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readChurnLabels, readObservedUsage, readUsageTable } from '../../../services/simulator/replay/read-tables.ts';

/** An invented user-month; the columns of the real table, in another order. */
const MONTH: Readonly<Record<string, string>> = {
  ...zeros('user_spendings', 'sms_incoming_spendings', 'sms_incoming_from_abroad_spendings', 'gprs_spendings'),
  ...zeros('calls_outgoing_to_abroad_count', 'calls_outgoing_to_abroad_spendings', 'calls_outgoing_to_abroad_duration'),
  ...zeros('sms_outgoing_to_onnet_count', 'sms_outgoing_to_onnet_spendings', 'sms_outgoing_to_offnet_spendings'),
  ...zeros('sms_outgoing_to_abroad_count', 'sms_outgoing_to_abroad_spendings', 'sms_incoming_from_abroad_count'),
  year: '2013',
  month: '6',
  user_account_id: '7',
  user_lifetime: '400',
  user_account_balance_last: '4.79',
  reloads_count: '1',
  reloads_sum: '-15.28',
  reloads_inactive_days: '2',
  calls_outgoing_count: '3',
  calls_outgoing_spendings: '0.37',
  calls_outgoing_duration: '1.12',
  calls_outgoing_spendings_max: '0.2',
  calls_outgoing_duration_max: '0.5',
  calls_outgoing_inactive_days: '1',
  calls_outgoing_to_onnet_count: '1',
  calls_outgoing_to_onnet_spendings: '0.1',
  calls_outgoing_to_onnet_duration: '0.5',
  calls_outgoing_to_offnet_count: '2',
  calls_outgoing_to_offnet_spendings: '0.27',
  calls_outgoing_to_offnet_duration: '0.62',
  sms_outgoing_count: '2',
  sms_outgoing_spendings: '0.12',
  sms_outgoing_spendings_max: '0.06',
  sms_outgoing_inactive_days: '3',
  sms_outgoing_to_offnet_count: '1',
  sms_incoming_count: '4',
  gprs_session_count: '2',
  gprs_usage: '0.5',
  gprs_inactive_days: '0',
};

test('a usage table is read in seconds, bytes and hundredths', async (context) => {
  const read = await readUsageTable(await folderWith(context, { usage: [MONTH] }));
  assert.ok(read.ok);
  const [row] = read.value;
  assert.equal(row?.userId, '7');
  assert.deepEqual(row.calls.onNet, { count: 1, seconds: 30, minor: 10 });
  assert.equal(row.calls.seconds, 67);
  assert.equal(row.topUps.minor, -1_528);
  assert.equal(row.data.bytes, 2 ** 19);
  assert.equal(row.balanceMinor, 479);
  assert.equal(row.lifetimeDays, 400);
});

test('a lifetime counted from the Unix epoch is not known', async (context) => {
  const read = await readUsageTable(await folderWith(context, { usage: [{ ...MONTH, user_lifetime: '15947' }] }));
  assert.ok(read.ok);
  assert.equal(read.value[0]?.lifetimeDays, undefined);
});

test('a row that cannot be read is named with its columns', async (context) => {
  const bad = { ...MONTH, gprs_usage: 'much', reloads_count: '' };
  const read = await readUsageTable(await folderWith(context, { usage: [MONTH, bad] }));
  assert.ok(!read.ok);
  assert.equal(read.reason, 'unreadable_row');
  assert.match(read.detail, /data row 2: no usable number in reloads_count, gprs_usage$/);
});

test('a folder without the data says which file is expected where', async (context) => {
  const folder = await folderWith(context, {});
  for (const [read, file] of [
    [readUsageTable, 'customer_usage.csv.gz'],
    [readChurnLabels, 'customer_churn.csv.gz'],
    [readObservedUsage, 'usage_events.csv.gz'],
  ] as const) {
    const outcome = await read(folder);
    assert.ok(!outcome.ok);
    assert.equal(outcome.reason, 'file_missing');
    assert.ok(outcome.detail.includes(file));
  }
});

test('labels and observed usage are read', async (context) => {
  const folder = await folderWith(context, {
    labels: [{ year: '2013', month: '9', user_account_id: '7', churn: '1' }],
    events: [
      {
        event_start_time: '2016-01-04T23:08:36.000+02:00',
        event_type: 'DATA',
        duration: '270',
        charge_or_mb: '1.5',
      },
    ],
  });
  const labels = await readChurnLabels(folder);
  assert.deepEqual(labels, { ok: true, value: [{ userId: '7', month: 201_309, churned: true }] });
  const usage = await readObservedUsage(folder);
  assert.deepEqual(usage, {
    ok: true,
    value: [{ kind: 'data', hour: 23, weekday: 0, durationS: 270, megabytes: 1.5 }],
  });
});

type Table = readonly Readonly<Record<string, string>>[];

async function folderWith(
  context: TestContext,
  { usage, labels, events }: { readonly usage?: Table; readonly labels?: Table; readonly events?: Table },
): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'churn-replay-'));
  context.after(() => rm(folder, { recursive: true }));
  await mkdir(path.join(folder, 'exacaster_mobile_churn'));
  await mkdir(path.join(folder, 'exacaster_events_2016'));
  for (const [name, table] of [
    ['exacaster_mobile_churn/customer_usage.csv.gz', usage],
    ['exacaster_mobile_churn/customer_churn.csv.gz', labels],
    ['exacaster_events_2016/usage_events.csv.gz', events],
  ] as const) {
    if (table !== undefined) await writeFile(path.join(folder, name), gzipSync(toCsv(table)));
  }
  return folder;
}

function toCsv(table: Table): string {
  const columns = Object.keys(table[0] ?? {});
  return [columns, ...table.map((row) => columns.map((column) => row[column] ?? ''))]
    .map((cells) => `${cells.join(',')}\n`)
    .join('');
}

function zeros(...columns: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column) => [column, '0']));
}
