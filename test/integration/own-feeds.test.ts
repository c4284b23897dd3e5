import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { logTail } from '../../deploy/local/keep-process.ts';
import { decodeLogRecord } from '../../services/contracts/log-record.ts';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import { createTcpGate } from '../intake/tcp-gate.ts';
import { sharesTimes, smallSimulation } from '../simulator/small-simulation.ts';
import { openInstallation } from '../support/installation.ts';
import type { Installation, TestEnd } from '../support/installation.ts';
import { alertsOf, publishedById, recordsOf } from '../support/installation-log.ts';
import { countsOf, storedStatesOf, untilSettled } from '../support/installation-state.ts';
import {
  dropFile,
  feedFolderOf,
  isFileDone,
  keptPositions,
  rejectLinesOf,
  startIntake,
} from '../support/intake-process.ts';
import type { KeptPosition, RunningIntake } from '../support/intake-process.ts';
import { NUMBERING, VOICE_COLUMNS, VOICE_LOOKUPS, plainNumberOf, toOperatorFeeds } from '../support/operator-feeds.ts';
import type { FeedSlice } from '../support/operator-feeds.ts';
import { BAD_CALLS, BAD_TICKETS, UNREADABLE, plantBadRows } from '../support/planted-rows.ts';
import type { PlantedRows } from '../support/planted-rows.ts';
import { startRetention, startScorer } from '../support/scorer-process.ts';
import { until } from '../support/until.ts';

const START_MS = Date.parse('2025-01-06T00:00:00+08:00');
const [SLICES, SLICE_DAYS] = [6, 7];
/** One bad row to so many good ones. */
const BAD_EVERY = 100;
/** Slices in which intake is killed: once while it reads calls, once while it reads tickets. */
const KILLED_AT = { voice: 0, ticket: 1 } as const;

const FEEDS = ['voice', 'ticket'] as const;
type Feed = (typeof FEEDS)[number];

const simulation = smallSimulation({
  seed: 21,
  subscribers: 130,
  days: SLICES * SLICE_DAYS,
  startMs: START_MS,
  pseudonymOf: plainNumberOf,
  // People who complain often, so that there are tickets worth a feed.
  mechanismShares: { ...sharesTimes(3), service_pain: 0.3 },
});
const operator = toOperatorFeeds(simulation.records(), { startMs: START_MS, slices: SLICES, sliceDays: SLICE_DAYS });
const slicesOf: Readonly<Record<Feed, readonly FeedSlice[]>> = { voice: operator.voice, ticket: operator.tickets };

/** Feed files; what is slow is so for a kill to come in the middle of it. */
function feedFiles(installation: Installation, rowsPerSecond: Partial<Record<Feed, number>> = {}) {
  const source = (feed: Feed) =>
    `feed: ${feed}\nsource: { type: folder, path: ${feedFolderOf(installation, feed)}, watch: true }\n` +
    (rowsPerSecond[feed] === undefined ? '' : `rowsPerSecond: ${rowsPerSecond[feed]}\n`);
  return {
    voice: `${source('voice')}progress: { mode: bounded-disorder, minutes: 120 }
mapping:
  use: msc-voice-csv${NUMBERING}${VOICE_LOOKUPS}
`,
    ticket: `${source('ticket')}progress: { mode: end-of-file, fileNameTime: { format: yyyyMMdd, timeZone: Asia/Shanghai } }
mapping:
  use: tmf621-trouble-ticket${NUMBERING}
`,
  };
}

/** A file's content; a blank line between the first and the second half makes it other bytes with the same rows. */
function toFile(feed: Feed, rows: readonly string[], { lineEnd = '\n', blankAt = -1 } = {}): string {
  const lines = feed === 'voice' ? [VOICE_COLUMNS.join(','), ...rows] : [...rows];
  if (blankAt >= 0) lines.splice(blankAt, 0, '');
  return lines.map((line) => `${line}${lineEnd}`).join('');
}

test('two feeds with bad rows, sent twice, intake killed twice: all as in one clean run, and every extra row is explained', async (t) => {
  const [clean, dirty] = await Promise.all([openShop(t), openShop(t)]);
  const desks = await Promise.all([clean, dirty].map((shop) => startServices(shop)));
  assert.ok(operator.voice.every(({ rows }) => rows.some((row) => LEAK.test(row))));

  const [cleanIntakes, dirtyRun] = await Promise.all([feedCleanly(clean), feedBadly(t, dirty)]);

  await Promise.all([untilSettled(clean), untilSettled(dirty)]);
  const [cleanBooks, dirtyBooks] = [await booksOf(clean), await booksOf(dirty)];

  await t.test('what came of it is the same', async () => {
    assert.deepEqual(await storedStatesOf(dirty), await storedStatesOf(clean));
    const scores = await publishedById(clean, clean.topics.score);
    assert.ok([...scores.keys()].some((id) => id.includes('.daily.')) && scores.size > 1_000);
    assert.deepEqual(await publishedById(dirty, dirty.topics.score), scores);
    const alerts = await publishedById(clean, clean.topics.alert);
    const causes = new Set((await alertsOf(clean)).map(({ score }) => score.cause));
    assert.ok(causes.has('daily') && causes.has('trigger'), 'silence and complaints are both warned of');
    assert.ok(alerts.size > 20, `${alerts.size} alerts say little`);
    assert.deepEqual(await publishedById(dirty, dirty.topics.alert), alerts);
    for (const shop of [clean, dirty]) {
      await until('each alert has an order', async () => (await createdOrdersOf(shop)).size >= alerts.size);
    }
    await Promise.all(desks.map((desk) => desk.stop()));
    const orders = await createdOrdersOf(clean);
    assert.equal(orders.size, alerts.size);
    assert.deepEqual(await createdOrdersOf(dirty), orders);
    t.diagnostic(`${scores.size} scores, ${alerts.size} alerts, ${orders.size} orders`);
  });

  await t.test('the books explain every row', async () => {
    const good = FEEDS.flatMap((feed) => slicesOf[feed]).reduce((sum, { events }) => sum + events, 0);
    const unwanted = FEEDS.flatMap((feed) => slicesOf[feed]).reduce((sum, s) => sum + s.rows.length - s.events, 0);
    assert.ok(unwanted > 0);
    const { folded, duplicates, late, parked } = dirtyBooks.counts;
    assert.deepEqual(
      { ...pick(cleanBooks.counts), topic: cleanBooks.inTopic, said: cleanBooks.said, skipped: cleanBooks.skipped },
      { folded: good, duplicates: 0, late: 0, parked: 0, topic: good, said: good, skipped: unwanted },
    );
    assert.deepEqual({ folded, late, parked }, { folded: good, late: 0, parked: 0 });
    assert.equal(folded + duplicates + late + parked, dirtyBooks.inTopic);
    // Twice by intent; beyond that what was in the topic when a kill kept intake from saying so.
    assert.equal(dirtyBooks.said, 2 * good);
    assert.equal(dirtyBooks.contents, 2 * cleanBooks.contents, 'a copy under another name is nothing new');
    const { unsaid, last, saidBefore } = dirtyRun;
    assert.equal(dirtyBooks.inTopic, dirtyBooks.said + unsaid.voice + unsaid.ticket);
    assert.ok(unsaid.voice > 0, 'a kill between the broker and the position repeats rows');
    assert.equal(dirtyBooks.skipped, 2 * unwanted);
    t.diagnostic(`${good} rows; ${duplicates} duplicates: ${good} sent twice, ${JSON.stringify(unsaid)} by the kills`);
    assert.deepEqual(dirtyBooks.ids, cleanBooks.ids);

    const summary = await last.stopped();
    assert.equal(summarySum(summary, 'sent'), dirtyBooks.said - saidBefore);
    const cleanSummary = await cleanIntakes.stopped();
    assert.equal(summarySum(cleanSummary, 'sent'), cleanBooks.said);
    assert.equal(summarySum(cleanSummary, 'files'), FEEDS.length * SLICES);
    assert.ok([...cleanSummary.values()].every(({ rejected }) => Object.keys(rejected).length === 0));
  });

  await t.test('each bad row is told once for each time that its file was read', () => {
    let planted = 0;
    for (const feed of FEEDS) {
      const told = new Map([...rejectLinesOf(dirty, feed)].map(([file, lines]) => [file, lines.map(toPlace)]));
      const expected = dirtyRun.expected[feed];
      planted += [...expected.values()].flat().length;
      assert.deepEqual(
        new Map([...told].toSorted()),
        new Map([...expected].filter(([, lines]) => lines.length > 0).toSorted()),
      );
      const kinds = feed === 'voice' ? BAD_CALLS : BAD_TICKETS;
      const seen = new Set([...expected.values()].flat().map((line) => line.replace(/^\S+ \d+ /, '')));
      assert.ok(kinds.every(({ reason, field }) => seen.has(`${reason} ${field}`)));
    }
    assert.equal(planted, dirtyBooks.rejected);
  });

  await t.test('no piece of a number is in rejects, logs or keys', async () => {
    const rejects = FEEDS.flatMap((feed) => [...rejectLinesOf(dirty, feed).values()].flat());
    assert.ok(rejects.length > 0);
    const logs = [...dirtyRun.intakes, cleanIntakes].flatMap(({ logFile }) =>
      readFileSync(logFile, 'utf8').split('\n'),
    );
    const told = [...rejects, ...logs.map((line) => withoutOwnFigures(line, [clean, dirty]))];
    assert.deepEqual(
      told.filter((line) => LEAK.test(line)),
      [],
    );
    for (const shop of [clean, dirty]) {
      const { input, score, alert, workOrder } = shop.topics;
      for (const topic of [input, score, alert, workOrder]) {
        const keys = new Set((await recordsOf(shop, topic)).map(({ key }) => key?.toString() ?? ''));
        assert.deepEqual(
          [...keys].filter((key) => LEAK.test(key)),
          [],
          topic,
        );
      }
    }
  });
});

/** Five digits that follow each other in one of the operator's numbers, and in hardly anything else; or a device's. */
const LEAK = /[789]{5}|\d{14}/;

function openShop(t: TestEnd): Promise<Installation> {
  const policy = {
    timeZone: 'Asia/Shanghai',
    requiredFeeds: FEEDS,
    warmUpDays: 7,
    // One feed's slice comes after the other's: neither is late by that, nor stale.
    latenessLimitDays: 10,
    staleAfterHours: 10 * 24,
  };
  return openInstallation(t, { partitions: 3, quietDays: 2, policy });
}

async function startServices(shop: Installation) {
  const [, retention] = await Promise.all([
    startScorer(shop),
    startRetention(shop, { CHURN_PUBLIC_BASE_URL: 'https://desk.example.com' }),
  ]);
  return retention;
}

/** Waits until intake has done with a file. @throws when it ends before. */
async function untilRead(shop: Installation, intake: RunningIntake, feed: Feed, name: string): Promise<void> {
  await until(
    `${name} of ${feed} is read`,
    async () => {
      if (intake.process.hasEnded()) throw new Error(`${intake.name} has ended:\n${logTail(intake.logFile)}`);
      return await isFileDone(shop, feed, name);
    },
    { withinMs: 60_000, state: () => Promise.resolve(logTail(intake.logFile)) },
  );
}

/** Each slice once: the calls of some days, then their tickets, and so on. */
async function feedCleanly(shop: Installation): Promise<RunningIntake> {
  const intake = await startIntake(shop, feedFiles(shop));
  for (let slice = 0; slice < SLICES; slice++) {
    for (const feed of FEEDS) {
      const { endDate, rows } = slicesOf[feed][slice] ?? assert.fail();
      const name = `${endDate}-1.${feed}`;
      dropFile(shop, feed, name, toFile(feed, rows));
      await untilRead(shop, intake, feed, name);
    }
  }
  return intake;
}

interface DirtyRun {
  readonly intakes: readonly RunningIntake[];
  readonly last: RunningIntake;
  /** Events that all intakes but the last one said they had sent. */
  readonly saidBefore: number;
  /** Events in the topic when an intake was killed that it had not said yet. */
  readonly unsaid: Readonly<Record<Feed, number>>;
  /** Rejects that must be told, by file. */
  readonly expected: Readonly<Record<Feed, ReadonlyMap<string, readonly string[]>>>;
}

/** Each slice with bad rows, as a copy under another name, and in other bytes; intake is killed in two of them. */
async function feedBadly(t: TestEnd, shop: Installation): Promise<DirtyRun> {
  const redisUrl = new URL(shop.settings['CHURN_REDIS_URL'] ?? '');
  const gate = await createTcpGate({ host: redisUrl.hostname, port: Number(redisUrl.port) });
  t.after(() => gate.cut());
  await gate.open();
  redisUrl.host = `127.0.0.1:${gate.port}`;
  const throughGate = { CHURN_REDIS_URL: redisUrl.href };
  let intake = await startIntake(shop, feedFiles(shop, { voice: 400 }), throughGate);
  const intakes = [intake];
  const unsaid = { voice: 0, ticket: 0 };
  const expected = { voice: new Map<string, string[]>(), ticket: new Map<string, string[]>() };
  const goodBefore = { voice: 0, ticket: 0 };
  let saidBefore = 0;

  /** From here on nothing that intake does is kept, and the topic holds rows of which nobody knows. */
  async function cutBehindABatch(): Promise<void> {
    for (;;) {
      await gate.cut();
      const isAhead = async () => (await eventIdsOf(shop)).length > (await saidEvents(shop));
      const isCut = await until('rows are sent that no position speaks of', isAhead, { withinMs: 3_000 }).catch(
        () => false,
      );
      if (isCut) return;
      // The position had been written, and only the answer was cut off: that is tried again, and nothing else.
      const said = await saidEvents(shop);
      await gate.open();
      await until('intake goes on', async () => (await saidEvents(shop)) > said);
    }
  }

  async function killWithin(feed: Feed, { events }: FeedSlice, saidAtStart: number): Promise<void> {
    await until('some rows are read', async () => (await saidEvents(shop)) > saidAtStart, {
      state: () => Promise.resolve(logTail(intake.logFile)),
    });
    if (feed === 'voice') await cutBehindABatch();
    await intake.kill();
    const [inTopic, said] = [(await eventIdsOf(shop)).length, await saidEvents(shop)];
    assert.ok(
      inTopic - saidAtStart > 0 && inTopic - saidAtStart < events,
      `killed in the middle of a slice of ${feed}`,
    );
    unsaid[feed] = inTopic - said - unsaid.voice;
    saidBefore = said;
    intake = await startIntake(shop, feedFiles(shop, feed === 'voice' ? { ticket: 40 } : {}));
    intakes.push(intake);
  }

  for (let slice = 0; slice < SLICES; slice++) {
    for (const feed of FEEDS) {
      const own = slicesOf[feed][slice] ?? assert.fail();
      const planted = plantBadRows(own.rows, feed === 'voice' ? BAD_CALLS : BAD_TICKETS, BAD_EVERY, goodBefore[feed]);
      goodBefore[feed] += own.rows.length;
      const [first, copy, again] = [`${own.endDate}-1.${feed}`, `${own.endDate}-2.${feed}`, `${own.endDate}-3.${feed}`];
      const content = toFile(feed, planted.rows);
      const said = await saidEvents(shop);
      dropFile(shop, feed, first, content);
      if (slice === KILLED_AT[feed]) await killWithin(feed, own, said);
      dropFile(shop, feed, copy, content);
      // Other bytes: packed, or with other line ends and a line more.
      const blankAt = slice % 2 === 0 ? -1 : Math.floor(planted.rows.length / 2);
      dropFile(
        shop,
        feed,
        again,
        blankAt < 0 ? gzipSync(content) : toFile(feed, planted.rows, { lineEnd: '\r\n', blankAt }),
      );
      for (const name of [first, copy, again]) await untilRead(shop, intake, feed, name);
      expected[feed].set(`${first}.rejects.ndjson`, placesOf(feed, first, planted));
      expected[feed].set(`${again}.rejects.ndjson`, placesOf(feed, again, planted, blankAt));
    }
  }
  return { intakes, last: intake, saidBefore, unsaid, expected };
}

/** File, line, reason and field of each bad row, as `toPlace` gives them of what was told. */
function placesOf(feed: Feed, file: string, { bad }: PlantedRows, blankAt = -1): string[] {
  return [...bad].map(([index, { reason, field }]) => {
    const at = feed === 'voice' ? index + 1 : index;
    const line = at + 1 + (blankAt >= 0 && at >= blankAt ? 1 : 0);
    return `${file} ${line} ${reason} ${field}`;
  });
}

function toPlace(text: string): string {
  const { source, line, reason, field } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const told = reason === 'unparsable_row' || reason === 'row_too_long' ? UNREADABLE : reason;
  return [source, line, told, field].join(' ');
}

/** Ids of the events in the input topic, repetitions and all. */
async function eventIdsOf(shop: Installation): Promise<string[]> {
  return (await recordsOf(shop, shop.topics.input)).flatMap(({ value }) => {
    const decoded = decodeLogRecord(value ?? Buffer.alloc(0));
    assert.ok(decoded.ok, 'the input topic holds records only');
    return isPartitionMark(decoded.value) ? [] : [decoded.value.eventId];
  });
}

async function allPositions(shop: Installation): Promise<KeptPosition[]> {
  return (await Promise.all(FEEDS.map((feed) => keptPositions(shop, feed)))).flat();
}

/** Events that intake has noted as sent. */
async function saidEvents(shop: Installation): Promise<number> {
  return (await allPositions(shop)).reduce((sum, { sent }) => sum + sent, 0);
}

async function booksOf(shop: Installation) {
  const positions = await allPositions(shop);
  assert.ok(positions.every(({ done }) => done));
  const sum = (figure: 'skipped' | 'rejected' | 'sent') => positions.reduce((total, one) => total + one[figure], 0);
  const ids = await eventIdsOf(shop);
  return {
    counts: await countsOf(shop),
    contents: positions.length,
    inTopic: ids.length,
    ids: new Set(ids.toSorted()),
    said: sum('sent'),
    skipped: sum('skipped'),
    rejected: sum('rejected'),
  };
}

function pick({ folded, duplicates, late, parked }: Awaited<ReturnType<typeof booksOf>>['counts']) {
  return { folded, duplicates, late, parked };
}

function summarySum(summaries: ReadonlyMap<string, { sent: number; files: number }>, figure: 'sent' | 'files'): number {
  return [...summaries.values()].reduce((sum, one) => sum + one[figure], 0);
}

/** Contents of order creations by id, without the instants of the desk's own clock. */
async function createdOrdersOf(shop: Installation): Promise<Map<string, string>> {
  const orders = new Map<string, string>();
  for (const { headers, value } of await recordsOf(shop, shop.topics.workOrder)) {
    assert.equal(headers['ce_type']?.toString(), 'WorkOrderCreateEvent');
    orders.set(
      headers['ce_id']?.toString() ?? '',
      JSON.stringify(JSON.parse(value?.toString() ?? ''), (key, inner: unknown) =>
        DESK_TIMES.includes(key) ? undefined : inner,
      ),
    );
  }
  return new Map([...orders].toSorted());
}
const DESK_TIMES = [
  ...['eventTime', 'timeOcurred', 'orderDate', 'requestedCompletionDate', 'expectedCompletionDate', 'stateChangeDate'],
];

/** A line of a log without what intake's own surroundings put into it: clock, process, names of this test's own. */
function withoutOwnFigures(line: string, shops: readonly Installation[]): string {
  const names = shops.flatMap(({ directory, topics }) => [directory, topics.input]);
  const text = names.reduce((rest, name) => rest.replaceAll(name, ''), line);
  return text.replaceAll(/"(time|pid|operationsPort|seconds)":[\d.]+|"hostname":"[^"]*"/g, '');
}
