import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { parseFeed, readFeed } from '../../../services/intake/feed-file/read-feed.ts';
import { READY_MAPPINGS } from '../../../services/intake/feed-file/resolve-mapping.ts';
import { openPorts } from '../../support/feed-mapping.ts';

const parse = (text: string) => parseFeed(text, tmpdir(), openPorts);

function mistakesIn(text: string): readonly string[] {
  const feed = parse(text);
  assert.equal(feed.ok, false);
  return feed.mistakes;
}

function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'feed-file-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const MAPPING = `format: csv
records:
  - event: top_up
    id: [id]
    subscriber: msisdn
    occurredAt: { from: at, format: iso }
    fields:
      amountMinor: { from: amount, unit: major }
      channel: { from: where, lookup: channels }
lookups: { channels: { file: channels.csv, default: other } }
`;

test('a feed file says where rows come from, how time moves, and what the rows mean', () => {
  const feed = parse(`
feed: voice
source: { type: folder, path: /data/voice, pattern: '*.csv.gz', watch: true }
progress: { mode: bounded-disorder, minutes: 30, quietAfterMinutes: 60 }
rowsPerSecond: 5000
mapping: msc-voice-csv
`);
  assert.ok(feed.ok);
  const { mapping, ...rest } = feed.value;
  assert.deepEqual(rest, {
    name: 'voice',
    source: { type: 'folder', path: '/data/voice', pattern: '*.csv.gz', watch: true },
    progress: { mode: 'bounded-disorder', minutes: 30, quietAfterMinutes: 60 },
    rejects: { maxShare: 0.05, topic: undefined },
    rowsPerSecond: 5_000,
  });
  assert.deepEqual(mapping.rows, { format: 'csv', delimiter: ',', quote: '"', encoding: 'utf-8', columns: undefined });
});

test('every ready mapping is free of mistakes as it stands', () => {
  for (const name of READY_MAPPINGS) {
    const progress = name === 'contract-json' ? 'stated' : 'ordered';
    const feed = parse(`feed: f\nsource: { type: stdin }\nprogress: { mode: ${progress} }\nmapping: ${name}\n`);
    assert.ok(feed.ok, feed.ok ? '' : `${name}: ${feed.mistakes.join('\n')}`);
    assert.equal(feed.value.mapping.statesProgress, name === 'contract-json');
  }
});

test('all mistakes are told together, with the path in the file and what was expected', () => {
  const mistakes = mistakesIn(`
feed: Voice
source: { type: foldr, path: x }
progress: { mode: bounded-disorder, minute: 30 }
rejects: { maxShare: 5 }
rowsPerSecond: fast
colour: red
mapping:
  format: csv
  records:
    - event: call
      id: [a]
      subscriber: a
      occurredAt: { from: a, format: iso }
      fields: { durationS: b }
`);
  assert.deepEqual(mistakes, [
    'feed: expected a text like ^[a-z][a-z0-9_-]{0,62}$',
    'source.type: expected one of "file", "folder", "stdin", "topic"',
    'progress.minutes: missing; expected a number from 0',
    'progress.minute: unknown key; expected one of mode, minutes, maxStepHours, quietAfterMinutes',
    'rejects.maxShare: expected a number from 0 to 1',
    'rowsPerSecond: expected a number above 0',
    'colour: unknown key; expected one of feed, source, progress, rejects, rowsPerSecond, mapping',
    'mapping.records[0].fields.durationS: expected the unit of the source: one of ms, s, min, h, hh:mm:ss',
  ]);
});

test('unknown keys are refused at every depth', () => {
  const [mistake] = mistakesIn(`
feed: f
source: { type: stdin }
progress: { mode: ordered }
mapping: { format: json, records: [{ event: call, id: [a], subscriber: { frm: a }, occurredAt: { from: a, format: iso } }] }
`);
  assert.match(mistake ?? '', /^mapping\.records\[0\]\.subscriber\.frm: unknown key; expected one of from, /);
});

test('what is no YAML, or no feed at all, is told as such', () => {
  assert.ok(mistakesIn('feed: [').length > 0);
  assert.deepEqual(mistakesIn('- 1'), ['file: expected { feed, source, progress, mapping, … }']);
  assert.equal(mistakesIn('').length, 1);
});

test('aliases that lead nowhere, merges of no map and a bomb of aliases are mistakes of the file, no crash', () => {
  const bomb = [
    'a: &a [1,1,1,1,1,1,1,1,1]',
    ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[at]}`).join(',')}]`),
  ];
  for (const text of ['mapping: { use: *nope }', 'mapping: { <<: 3 }', bomb.join('\n')]) {
    assert.equal(mistakesIn(text).length, 1, text.slice(0, 30));
  }
});

test('keys of tables are texts as they are written, and numbers that would lose leading zeros are refused', () => {
  const mapping = (key: string, is: string) => `
feed: f
source: { type: stdin }
progress: { mode: ordered }
mapping:
  format: csv
  csv: { header: [a] }
  lookups: { table: { match: prefix, values: { ${key}: rival } } }
  records:
    - when: [{ field: a, is: [${is}] }]
      event: port_out
      id: [a]
      subscriber: { from: a, pseudonym: text }
      occurredAt: { from: a, format: epoch-ms }
      fields: { operatorCode: { from: a, lookup: table } }
`;
  const feed = parse(mapping('0017', "'0017'"));
  assert.ok(feed.ok);
  const bound = feed.value.mapping.bindHeader(['a']);
  assert.ok(bound.ok);
  const mapped = bound.value(['0017']);
  assert.ok(mapped.kind === 'event' && mapped.record.body.type === 'port_out');
  assert.equal(mapped.record.body.operatorCode, 'rival');
  assert.deepEqual(mistakesIn(mapping('1', '0017')), ['0017: expected quotes around it, for it begins with 0']);
});

test('a mapping may stand in a file of its own, and a lookup in a table beside it', (t) => {
  const folder = folderWith(t, {
    'feed.yaml': 'feed: top_up\nsource: { type: stdin }\nprogress: { mode: ordered }\nmapping: ./top-up.yaml\n',
    'top-up.yaml': MAPPING,
    'channels.csv': '\uFEFF# code,channel\nS1,own_shop\r\n"W9";web\n\n',
  });
  const feed = readFeed(join(folder, 'feed.yaml'), openPorts);
  assert.ok(feed.ok, feed.ok ? '' : feed.mistakes.join('\n'));
  const bound = feed.value.mapping.bindHeader(['id', 'msisdn', 'at', 'amount', 'where']);
  assert.ok(bound.ok);
  const channels = ['S1', 'W9', 'X'].map((where) => {
    const mapped = bound.value(['1', '8613900000001', '2025-03-12T10:15:00Z', '9.99', where]);
    assert.ok(mapped.kind === 'event' && mapped.record.body.type === 'top_up');
    assert.equal(mapped.record.body.amountMinor, 999);
    return mapped.record.body.channel;
  });
  assert.deepEqual(channels, ['own_shop', 'web', 'other']);
});

test('a feed lays its own settings over a ready mapping', () => {
  const feed = parse(`
feed: voice
source: { type: stdin }
progress: { mode: ordered }
mapping:
  use: msc-voice-csv
  csv: { delimiter: ';' }
  numbers: { countryCode: '49', trunkPrefix: '0' }
  lookups: { network: { match: prefix, of: number, values: { '49151': on_net }, default: off_net } }
`);
  assert.ok(feed.ok);
  assert.deepEqual(feed.value.mapping.rows, {
    format: 'csv',
    delimiter: ';',
    quote: '"',
    encoding: 'utf-8',
    columns: undefined,
  });
});

test('files that are not there, and tables that are none, are mistakes of the feed file', (t) => {
  const folder = folderWith(t, {
    'a.yaml': 'feed: f\nsource: { type: stdin }\nprogress: { mode: ordered }\nmapping: ./none.yaml\n',
    'b.yaml': 'feed: f\nsource: { type: stdin }\nprogress: { mode: ordered }\nmapping: ./top-up.yaml\n',
    'c.yaml': 'feed: f\nsource: { type: stdin }\nprogress: { mode: ordered }\nmapping: mscvoice\n',
    'top-up.yaml': MAPPING,
    'channels.csv': 'S1,own_shop\nS1,web\nonly\nS2,palace\n',
  });
  const mistakesOf = (name: string): string => {
    const feed = readFeed(join(folder, name), openPorts);
    return feed.ok ? '' : feed.mistakes.join('\n');
  };
  assert.match(mistakesOf('a.yaml'), /mapping: .*none\.yaml cannot be read \(ENOENT\)/);
  assert.match(
    mistakesOf('b.yaml'),
    /lookups\.channels\.file: line 2: its key stands twice\n.*line 3: expected key,value/,
  );
  assert.match(mistakesOf('c.yaml'), /"mscvoice" is no ready mapping; expected one of contract-json, tmf635-usage, /);
  assert.match(mistakesOf('d.yaml'), /d\.yaml cannot be read \(ENOENT\)/);
  writeFileSync(join(folder, 'channels.csv'), 'S2,palace\n');
  assert.match(
    mistakesOf('b.yaml'),
    /fields\.channel\.lookup: channels: "palace" does not suit channel; expected one of /,
  );
});

test('progress that the source states needs a source that states it', () => {
  assert.deepEqual(
    mistakesIn('feed: f\nsource: { type: stdin }\nprogress: { mode: stated }\nmapping: tmf635-usage\n'),
    ['progress.mode: "stated" goes with mapping contract-json only'],
  );
  const [format, zone] = mistakesIn(`
feed: f
source: { type: stdin }
progress: { mode: end-of-file, fileNameTime: { format: yyyyQ, timeZone: Nowhere } }
mapping: tmf635-usage
`);
  assert.match(format ?? '', /^progress\.fileNameTime\.format: "yyyyQ" is not understood/);
  assert.match(zone ?? '', /^progress\.fileNameTime\.timeZone: "Nowhere" is no IANA time zone/);
});

test('columns that a file lacks are told together when its header is read', () => {
  const feed = parse('feed: f\nsource: { type: stdin }\nprogress: { mode: ordered }\nmapping: pgw-data-csv\n');
  assert.ok(feed.ok);
  const bound = feed.value.mapping.bindHeader(['recordType', 'chargingID', 'duration']);
  assert.equal(bound.ok, false);
  assert.ok(bound.mistakes.some((mistake) => mistake.endsWith('no column "servedMSISDN"')));
  assert.ok(bound.mistakes.some((mistake) => mistake.includes('no column "datavolumeFBCUplink"')));
});
