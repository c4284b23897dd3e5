import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { UnreadableBatchError } from '../../services/platform/kafka/fetched.ts';
import { createPartitionOf } from '../../services/platform/kafka/partition.ts';
import { readTopic } from '../../services/platform/kafka/read-topic.ts';
import { partitionKeys } from '../../services/platform/redis/partition-keys.ts';
import { openInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { sendRecords } from '../support/installation-log.ts';
import { partitionRecordsOf, untilSettled } from '../support/installation-state.ts';
import { sendPackedBomb } from '../support/packed-bomb.ts';
import { at, people, regularLife } from '../support/regular-life.ts';
import { until } from '../support/until.ts';
import { startWatched } from '../support/watched-service.ts';
import type { WatchedService } from '../support/watched-service.ts';

const PARTITIONS = 3;
const SICK = 1;
const ids = people(30);
const firstDay = regularLife({ subscriberIds: ids, fromMs: at(0), toMs: at(1) });
const secondDay = regularLife({ subscriberIds: ids, fromMs: at(1), toMs: at(2) });

/** After a day the state of one subscriber of a partition cannot be read any more. @returns what was there. */
async function makeSick(shop: Installation): Promise<{ readonly key: string; readonly value: Buffer }> {
  const partitionOf = createPartitionOf(PARTITIONS);
  const id = ids.find((candidate) => partitionOf(candidate) === SICK);
  assert.ok(id !== undefined);
  const key = partitionKeys('', SICK).state(id);
  const value = await shop.redis.getBuffer(key);
  assert.ok(value !== null);
  await shop.redis.set(key, 'not a state');
  return { key, value };
}

async function startScorer(t: TestContext, shop: Installation, limitSeconds: number): Promise<WatchedService> {
  const logDirectory = join(shop.directory, 'watched');
  mkdirSync(logDirectory, { recursive: true });
  const settings = { ...shop.settings, CHURN_FAILING_LIMIT_SECONDS: String(limitSeconds) };
  const name = `scorer-${limitSeconds}`;
  const scorer = await startWatched({ name, main: 'services/scorer/main.ts', settings, logDirectory });
  shop.processes.push(scorer);
  t.after(() => {
    scorer.process.signal('SIGKILL');
  });
  return scorer;
}

async function openAfterOneDay(t: TestContext): Promise<Installation> {
  const shop = await openInstallation(t, { partitions: PARTITIONS });
  const scorer = await startScorer(t, shop, 60);
  await sendRecords(shop, firstDay);
  await untilSettled(shop);
  await scorer.stopped();
  return shop;
}

/** Books of the partitions other than the sick one. */
async function othersOf(shop: Installation): Promise<number[]> {
  const folded = (await partitionRecordsOf(shop)).map(({ counts }) => counts.folded);
  return folded.filter((_, partition) => partition !== SICK);
}

test('a partition that cannot be worked on is paused, the others go on, and it does when it is well again', async (t) => {
  const shop = await openAfterOneDay(t);
  const before = await othersOf(shop);
  const sick = await makeSick(shop);
  const scorer = await startScorer(t, shop, 300);
  await scorer.untilReady();
  await sendRecords(shop, secondDay);

  await until('the others have gone on', async () =>
    (await othersOf(shop)).every((folded, i) => folded >= 2 * (before[i] ?? 0)),
  );
  const part = `partition ${SICK}`;
  await until('it is told', async () => (await scorer.readiness())?.parts.some(({ name }) => name === part));
  assert.equal((await scorer.readiness())?.status, 503);
  const lines = scorer.logLines();
  assert.equal(lines.filter((line) => line.part === part).length, 1, 'one line, however many tries');
  assert.equal(lines.filter(({ msg }) => msg.startsWith('membership')).length, 1, 'the group was not left');

  await shop.redis.set(sick.key, sick.value);
  await untilSettled(shop);
  await scorer.untilReady();
  assert.match(scorer.logText(), new RegExp(`${part} is back after`));
});

test('a partition that keeps failing ends the process, so that another may try', async (t) => {
  const shop = await openAfterOneDay(t);
  await makeSick(shop);
  const scorer = await startScorer(t, shop, 2);
  await scorer.untilReady();
  await sendRecords(shop, secondDay);
  assert.equal(await scorer.process.ended, 'exit code 1');
  assert.match(scorer.logText(), new RegExp(`partition ${SICK} has been failing for more than 2 s`));
});

test('a packed batch that unpacks to more than it may stops its own partition, and is named', async (t) => {
  const shop = await openAfterOneDay(t);
  const { kafka, topics, store, offsets } = shop;
  const before = await othersOf(shop);
  const bombAt = (await offsets.allBoundsOf(topics.input)).get(SICK)?.endOffset;
  await sendPackedBomb(kafka, topics.input, SICK);
  const scorer = await startScorer(t, shop, 300);
  await sendRecords(shop, secondDay);

  await until('the others have gone on', async () =>
    (await othersOf(shop)).every((folded, i) => folded >= 2 * (before[i] ?? 0)),
  );
  const told = async (): Promise<string | undefined> =>
    (await scorer.readiness())?.parts.find(({ name }) => name === `partition ${SICK}`)?.detail;
  await until('it is told', async () => (await told()) !== undefined);
  assert.match(
    (await told()) ?? '',
    new RegExp(`the batch at offset ${bombAt} cannot be read: .* more than \\d+ bytes`),
  );
  assert.equal((await store.readPosition(SICK)).nextOffset, bombAt, 'nothing was passed over');
  assert.equal(scorer.logLines().filter(({ msg }) => msg.startsWith('membership')).length, 1, 'the group was not left');
  await assert.rejects(
    readTopic(kafka, topics.input, () => undefined),
    UnreadableBatchError,
  );
});
