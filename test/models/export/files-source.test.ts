import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createFilesSource } from '../../../models/export/files-source.ts';
import { runExport } from '../../../models/export/run-export.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { at, regularLife } from '../../support/regular-life.ts';
import { samplePlan } from './memory-source.ts';

const ports = { pseudonymOf: (raw: string) => `k1-${raw}`, eventIdOf: (parts: readonly string[]) => parts.join('.') };
const LIFE = regularLife({ subscriberIds: ['111', '222'], fromMs: at(0), toMs: at(20) });
const PLAN = samplePlan({ asOfsMs: [at(10)] });
const NOW_MS = at(100);

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'churn-export-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function toText(records: readonly LogRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

test('lines become records as an intake makes them: identifiers in clear end at the edge', async (t) => {
  const path = join(folderOf(t), 'log.ndjson');
  writeFileSync(path, toText(LIFE));
  const { rows } = await runExport(PLAN, createFilesSource([path], ports, NOW_MS));
  assert.deepEqual(
    rows.map(({ subscriberId, label }) => [subscriberId, label]),
    [
      ['k1-111', 0],
      ['k1-222', 0],
    ],
  );
});

test('files in a row, packed or not, give the bytes of one', async (t) => {
  const folder = folderOf(t);
  const paths = ['whole', 'first', 'second.gz'].map((name) => join(folder, name));
  const [whole = '', first = '', second = ''] = paths;
  writeFileSync(whole, toText(LIFE));
  writeFileSync(first, toText(LIFE.slice(0, 500)));
  writeFileSync(second, gzipSync(toText(LIFE.slice(500))));
  const one = await runExport(PLAN, createFilesSource([whole], ports, NOW_MS));
  const two = await runExport(PLAN, createFilesSource([first, second], ports, NOW_MS));
  assert.deepEqual(two.encode(), one.encode());
});

test('a file of what was recorded after the cut-off changes nothing', async (t) => {
  const folder = folderOf(t);
  const [log, backfill] = [join(folder, 'log'), join(folder, 'backfill')];
  writeFileSync(log, toText(LIFE));
  writeFileSync(
    backfill,
    toText(LIFE.map((record) => ({ ...record, eventId: `${record.eventId}+`, recordedAtMs: at(30) }))),
  );
  const plan = { ...PLAN, knownThroughMs: at(25) };
  const before = await runExport(plan, createFilesSource([log], ports, NOW_MS));
  const after = await runExport(plan, createFilesSource([backfill, log, backfill], ports, NOW_MS));
  assert.equal(after.counts.knownLater, 2 * LIFE.length);
  assert.deepEqual(after.encode(), before.encode());
});

test('a record without a recording time was known when it happened', async (t) => {
  const path = join(folderOf(t), 'log');
  writeFileSync(path, toText(LIFE.map((record) => ({ ...record, recordedAtMs: 0 }))));
  const { counts } = await runExport({ ...PLAN, knownThroughMs: at(5) }, createFilesSource([path], ports, NOW_MS));
  assert.equal(counts.knownLater, LIFE.filter(({ occurredAtMs }) => occurredAtMs > at(5)).length);
});

test('a record that happens after it was recorded is refused on any day, as a scorer parks it', async (t) => {
  const path = join(folderOf(t), 'log');
  const HOUR_MS = 3_600_000;
  const ahead = LIFE.map((record, index) =>
    // Clocks differ: an hour is borne.
    index % 2 === 0 ? record : { ...record, recordedAtMs: record.occurredAtMs - HOUR_MS - (index % 4 === 1 ? 0 : 1) },
  );
  writeFileSync(path, toText(ahead));
  const today = await runExport(PLAN, createFilesSource([path], ports, NOW_MS));
  const later = await runExport(PLAN, createFilesSource([path], ports, NOW_MS + 365 * 24 * HOUR_MS));
  assert.deepEqual(Object.fromEntries(today.counts.rejected), { from_the_future: Math.floor(LIFE.length / 4) });
  assert.deepEqual(later.encode(), today.encode());
});

test('lines that intake would reject are counted by reason', async (t) => {
  const path = join(folderOf(t), 'log');
  const [first] = LIFE;
  const future = { ...first, occurredAtMs: NOW_MS + 2 * 3_600_000 };
  writeFileSync(path, `${toText(LIFE)}{"eventId":\n{"eventId":7}\n${JSON.stringify(future)}\n`);
  const { counts } = await runExport(PLAN, createFilesSource([path], ports, NOW_MS));
  assert.deepEqual(Object.fromEntries(counts.rejected), {
    unparsable_row: 1,
    not_a_contract_record: 1,
    from_the_future: 1,
  });
});
