import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKnownFiles } from '../../services/intake/known-files.ts';
import type { KnownFile } from '../../services/intake/positions/file-positions.ts';

const DAY_MS = 86_400_000;

function world(names: ReadonlyMap<string, KnownFile>, done: ReadonlySet<string>) {
  const asked: string[][] = [];
  const pruned: string[][] = [];
  const known = createKnownFiles(
    {
      readKnownFiles(paths) {
        asked.push([...paths]);
        return Promise.resolve(new Map([...names].filter(([path]) => paths.includes(path))));
      },
      readDone: (digests) => Promise.resolve(new Set(digests.filter((digest) => done.has(digest)))),
      writeKnownFile: () => Promise.resolve(),
      prune(paths) {
        pruned.push([...paths]);
        return Promise.resolve();
      },
    },
    (_, attempt) => attempt(),
  );
  return { known, asked, pruned };
}

const listed = (path: string, size: number) => ({ name: path, path, size, modifiedMs: 1 });
const kept = (size: number, digest: string): KnownFile => ({ size, modifiedMs: 1, digest });

test('only paths that are there are asked of, each once; the others are forgotten once a day', async () => {
  const { known, asked, pruned } = world(new Map([['a', kept(5, 'A')]]), new Set(['A']));
  await known.learn([], 0);
  assert.deepEqual(pruned, [], 'a folder without files may not be mounted');
  await known.learn([listed('a', 5)], 0);
  await known.learn([listed('a', 5), listed('b', 5)], 1);
  await known.learn([listed('b', 5)], DAY_MS);
  assert.deepEqual(
    [asked, pruned],
    [
      [['a'], ['b']],
      [['a'], ['b']],
    ],
  );
});

test('a path is read where it stands as it did and its content is done; larger than before, it has grown', async () => {
  const names = new Map([
    ['a', kept(5, 'A')],
    ['lost', kept(5, 'L')],
  ]);
  const { known } = world(names, new Set(['A']));
  const files = [listed('a', 5), listed('lost', 5), listed('b', 5)];
  await known.learn(files, 0);
  assert.deepEqual(
    files.map((file) => known.isRead(file)),
    [true, false, false],
  );
  assert.deepEqual([known.hasGrown(listed('a', 6)), known.hasGrown(listed('a', 4))], [true, false]);
  await known.note('b', kept(5, 'B'));
  assert.deepEqual([known.isRead(listed('b', 5)), known.hasGrown(listed('b', 9))], [true, true]);
});
