import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { checkFeeds } from '../../services/intake/check-feeds.ts';
import { numberFeed, toRow } from './fake-feed.ts';

test('a dry run tells what cannot be read in a line, and goes on with the other feeds', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'churn-check-'));
  t.after(() => {
    rmSync(directory, { recursive: true });
  });
  const rows = Array.from({ length: 3_000 }, (_, index) => `${toRow(index, false)}\n`).join('');
  const packed = gzipSync(rows);
  writeFileSync(join(directory, 'cut.gz'), packed.subarray(0, packed.length / 2));
  writeFileSync(join(directory, 'good'), rows);
  const feeds = ['missing', 'cut.gz', 'good'].map((name) =>
    numberFeed({ name, source: { type: 'file', path: join(directory, name) } }),
  );
  const lines: string[] = [];
  const isFit = await checkFeeds(feeds, Readable.from([]), (line) => lines.push(line));

  assert.equal(isFit, false);
  const failed = lines.filter((line) => line.startsWith('  cannot be read: '));
  assert.match(failed[0] ?? '', /ENOENT/);
  assert.match(failed[1] ?? '', /gzip is cut off or damaged/);
  assert.equal(failed.length, 2);
  assert.equal(lines.at(-1), '  {"rows":3000,"sent":3000,"skipped":{},"rejected":{}}');
  const good = feeds.slice(2);
  assert.equal(await checkFeeds(good, Readable.from([]), () => undefined), true);
});
