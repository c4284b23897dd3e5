import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEPT_DAYS, createFilePositions } from '../../services/intake/positions/file-positions.ts';
import type { FilePosition } from '../../services/intake/positions/file-positions.ts';
import { intakeKeys } from '../../services/intake/positions/intake-keys.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { claimRedisDatabase } from '../support/stack.ts';

const FILES = 1_300;
const DAY_MS = 86_400_000;
const nowMs = Date.UTC(2026, 5, 1);

test('paths that are gone and contents of long ago are forgotten; what stands in its place is not', async (t) => {
  const redis = await openRedis({ url: await claimRedisDatabase() });
  t.after(() => {
    redis.disconnect();
  });
  const positions = createFilePositions(redis, '', 'voice');
  const { lease, files, names } = intakeKeys('', 'voice');
  await redis.set(lease, 'mine');
  const oldMs = nowMs - (KEPT_DAYS + 1) * DAY_MS;
  // Every third is old, every second still stands in the folder.
  const indexes = Array.from({ length: FILES }, (_, index) => index);
  const isOld = (index: number): boolean => index % 3 === 0;
  const isThere = (index: number): boolean => index % 2 === 0;
  for (const index of indexes) {
    const position: FilePosition = {
      ...{ name: `f${index}`, mappingId: 'm', identityId: 'i', rows: 1, sent: 1, skipped: 0, rejected: 0 },
      ...{ rejectsFile: '', rejectsBytes: 0, done: index % 5 !== 0, keptAtMs: isOld(index) ? oldMs : nowMs },
    };
    await positions.writeFile('mine', `d${index}`, position, {});
    await positions.writeKnownFile(`/f${index}`, { size: index, modifiedMs: 1, digest: `d${index}` });
  }
  const paths = indexes.map((index) => `/f${index}`);
  const digests = indexes.map((index) => `d${index}`);
  assert.equal((await positions.readKnownFiles([...paths, '/never'])).size, FILES);
  assert.equal((await positions.readDone([...digests, 'never'])).size, indexes.filter((index) => index % 5 > 0).length);

  await positions.prune(new Set(paths.filter((_, index) => isThere(index))), nowMs);

  const there = paths.filter((_, index) => isThere(index));
  assert.deepEqual((await redis.hkeys(names)).toSorted(), there.toSorted());
  const kept = digests.filter((_, index) => isThere(index) || !isOld(index));
  assert.deepEqual((await redis.hkeys(files)).toSorted(), kept.toSorted());
});
