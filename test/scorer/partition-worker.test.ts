import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeRiskAlert } from '../../services/contracts/risk.ts';
import { featureIndex } from '../../services/core/features/registry.ts';
import type { LogRecord, SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import { SLOTS_PER_DAY, SLOT_MS, dailySlotOf } from '../../services/core/time/daily-moment.ts';
import { decodeOutboxEntry } from '../../services/scorer/outbox-entry.ts';
import { FencedError } from '../../services/scorer/partition-worker.ts';
import type { ParkedRecord } from '../../services/scorer/ports.ts';
import { createFakeModel, FAKE_FEATURE_SCHEMA } from '../support/fake-model.ts';
import { sampleOutcome, toInputLog, toInputRecord } from '../support/input-log.ts';
import { createMemoryPartitionStore } from '../support/memory-partition-store.ts';
import { openWorker, outboxIds, outcomeOf, runLog } from '../support/run-worker.ts';
import type { WorkerSetup } from '../support/run-worker.ts';
import { sampleCall, sampleComplaint, sampleContract, sampleEvent, sampleProgress } from '../support/sample-events.ts';
import { samplePolicy } from '../support/sample-policy.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight in UTC, where days of the wheel begin. */
const START_MS = Date.UTC(2026, 1, 10);
const SILENCE = featureIndex('days_since_own_activity');

const policy = samplePolicy({ timeZone: 'UTC', scoring: { minimumIntervalMs: HOUR_MS, warmUpDays: 1 } });

/** Event time stands still without the marks of this feed. */
const withoutDailyScores = { ...policy, time: { ...policy.time, requiredFeeds: ['voice'] } };

/** High risk after ten days of silence, none before. */
function silenceModel() {
  return createFakeModel((vector) => ((vector[SILENCE] ?? 0) >= 10 ? 0.9 : 0.1));
}

function setup(changes: Partial<WorkerSetup> = {}): WorkerSetup {
  return { store: createMemoryPartitionStore(1), model: silenceModel(), policy, parked: [], ...changes };
}

/** Hour by hour: whoever is active calls, then the feeds say how far they are. */
function hours(
  from: number,
  to: number,
  active: (hour: number) => readonly string[],
  marks: (hour: number) => readonly string[],
): LogRecord[] {
  const log: LogRecord[] = [];
  for (let hour = from; hour < to; hour++) {
    const atMs = START_MS + hour * HOUR_MS;
    for (const subscriberId of active(hour)) log.push(call(subscriberId, atMs + 60_000));
    for (const feed of marks(hour)) log.push(sampleProgress(feed, atMs + HOUR_MS));
  }
  return log;
}

function call(subscriberId: string, atMs: number): SubscriberEvent {
  return sampleEvent(sampleCall(), atMs, { subscriberId });
}

const both = (): string[] => ['voice', 'data'];
const everyone = (): string[] => ['s1', 's2'];

test('whoever falls silent is scored once a day and warned about, without any event of their own', async () => {
  const run = setup();
  const log = hours(0, 24 * 16, (hour) => (hour < 48 ? everyone() : ['s2']), both);
  await runLog(run, toInputLog(log));
  const daily = outboxIds(run.store, 'score').filter((id) => id.startsWith('s1.daily.'));
  assert.equal(daily.length, 15, 'one daily score a day after the warm-up');
  const moments = daily.map((id) => Number(id.split('.')[2]));
  const slot = dailySlotOf('s1');
  assert.ok(moments.slice(2).every((atMs) => atMs % DAY_MS === slot * SLOT_MS));
  assert.deepEqual(outboxIds(run.store, 'alert'), ['s1.1']);
});

test('a feed that stops makes nobody look silent, and after it caught up all goes on', async () => {
  const run = setup();
  const until = 24 * 16;
  // From day 3 on the voice feed is gone: its calls do not come, and neither do its marks.
  const stopped = hours(
    0,
    until,
    (hour) => (hour < 72 ? everyone() : []),
    (hour) => (hour < 72 ? both() : ['data']),
  );
  await runLog(run, toInputLog(stopped));
  const before = outcomeOf(run.store).record;
  assert.equal(before?.time.watermarkMs, START_MS + 72 * HOUR_MS);
  assert.deepEqual(outboxIds(run.store, 'alert'), []);
  const scoredBefore = before.counts.scored;

  const caughtUp = [
    ...hours(72, until, everyone, () => []).filter((_, i) => i % 3 === 0),
    sampleProgress('voice', START_MS + until * HOUR_MS),
    ...hours(until, until + 48, everyone, both),
  ];
  await runLog(run, toInputLog([...stopped, ...caughtUp]));
  const after = outcomeOf(run.store).record;
  assert.equal(after?.time.watermarkMs, START_MS + (until + 48) * HOUR_MS);
  assert.ok(after.counts.scored > scoredBefore + 2 * 13, 'daily scores were made up for');
  assert.deepEqual(outboxIds(run.store, 'alert'), []);
});

test('while a feed is stale the wheel turns on the others, but silence opens no episode', async () => {
  const log = [
    ...hours(0, 24, everyone, both),
    ...hours(
      24,
      24 * 14,
      () => [],
      () => ['data'],
    ),
  ];
  const watching = (requiredFeeds: readonly string[]): WorkerSetup =>
    setup({ policy: { ...policy, time: { ...policy.time, requiredFeeds } } });

  const onData = watching(['data']);
  await runLog(onData, toInputLog(log));
  assert.deepEqual(outboxIds(onData.store, 'alert').toSorted(), ['s1.1', 's2.1'], 'voice is not asked for');

  const onBoth = watching(['data', 'voice']);
  await runLog(
    onBoth,
    toInputLog([
      ...log,
      sampleEvent(sampleComplaint(), START_MS + 14 * DAY_MS, { subscriberId: 's1', eventId: 'complaint' }),
    ]),
  );
  assert.deepEqual(outboxIds(onBoth.store, 'alert'), []);
  assert.deepEqual(outboxIds(onBoth.store, 'score').slice(-1), ['s1.voice.complaint']);
});

test('a complaint is scored at once, an ordinary event once the interval has passed', async () => {
  const run = setup({ policy: withoutDailyScores });
  const at = (minutes: number): number => START_MS + 3 * DAY_MS + minutes * 60_000;
  const log = [
    call('s1', START_MS),
    call('s1', at(0)),
    call('s1', at(30)),
    sampleEvent(sampleComplaint(), at(40), { subscriberId: 's1', eventId: 'complaint' }),
    call('s1', at(99)),
    call('s1', at(100)),
  ];
  await runLog(run, toInputLog(log));
  assert.equal(outcomeOf(run.store).record?.counts.scored, 3);
  assert.deepEqual(outboxIds(run.store, 'score'), ['s1.voice.complaint']);
});

test('every member of the wheel is scored exactly once for each of its moments, over any jump of time', async () => {
  const ids = Array.from({ length: 60 }, (_, i) => `member-${i}`);
  const log = [
    ...ids.map((id, i) => call(id, START_MS + i)),
    sampleProgress('voice', START_MS + HOUR_MS),
    sampleProgress('voice', START_MS + 10 * DAY_MS),
  ];
  const expected = ids.flatMap((id) => {
    const moments: string[] = [];
    const firstSlot = (START_MS + HOUR_MS) / SLOT_MS + 1;
    for (let slot = firstSlot; slot <= (START_MS + 10 * DAY_MS) / SLOT_MS; slot++) {
      const isWarm = slot * SLOT_MS >= START_MS + DAY_MS;
      if (slot % SLOTS_PER_DAY === dailySlotOf(id) && isWarm) moments.push(`${id}.daily.${slot * SLOT_MS}`);
    }
    return moments;
  });
  for (const commitLimit of [1, 7, 1_000]) {
    const straight = setup({ commitLimit });
    await runLog(straight, toInputLog(log));
    assert.deepEqual(outboxIds(straight.store, 'score').toSorted(), expected.toSorted());

    const troubled = setup({ commitLimit });
    const crashes = Array.from({ length: 12 }, (_, i) => ({ afterAwaits: 40 + i * 97, applied: i % 2 === 0 }));
    await runLog(troubled, toInputLog(log), { crashes });
    assert.deepEqual(outcomeOf(troubled.store), outcomeOf(straight.store));
  }
});

test('the first watermark starts the wheel: moments before it are not made up for', async () => {
  const run = setup({ policy: withoutDailyScores });
  const slotMs = dailySlotOf('s1') * SLOT_MS;
  const first = START_MS + 3 * DAY_MS + slotMs;
  const log = [call('s1', START_MS), sampleProgress('voice', first), sampleProgress('voice', first + DAY_MS)];
  await runLog(run, toInputLog(log));
  assert.deepEqual(outboxIds(run.store, 'score'), [`s1.daily.${first + DAY_MS}`]);
});

test('a worker whose partition was taken over writes nothing and says so', async () => {
  const run = setup();
  const log = toInputLog(hours(0, 24 * 4, everyone, both));
  const zombie = await openWorker(run, log);
  await zombie.process(log.slice(0, 100));
  const successor = await openWorker(run, log);
  const before = run.store.dump(0);
  await assert.rejects(zombie.process(log.slice(100, 200)), FencedError);
  assert.deepEqual(run.store.dump(0), before);

  await successor.process(log.slice(100));
  const undisturbed = setup();
  await runLog(undisturbed, log);
  assert.deepEqual(outcomeOf(run.store), outcomeOf(undisturbed.store));
});

test('records before the next offset are passed over', async () => {
  const run = setup();
  const log = toInputLog(hours(0, 24, everyone, both));
  const worker = await openWorker(run, log);
  await worker.process(log);
  const before = run.store.dump(0);
  assert.deepEqual(await worker.process(log), { hasOutbox: false });
  assert.deepEqual(run.store.dump(0), before);
});

test('each kind of bad record is parked with its reason, and the partition goes on', async () => {
  const parked: ParkedRecord[] = [];
  const run = setup({ parked });
  const good = toInputRecord(call('s1', START_MS), 0);
  const log = [
    good,
    { ...good, offset: 1n, value: null },
    { ...good, offset: 2n, value: Buffer.from([0xff, 0xff]) },
    toInputRecord({ ...call('s1', START_MS), eventId: '' }, 3),
    { ...toInputRecord(call('s1', START_MS), 4), key: Buffer.from('s2') },
    toInputRecord(call('stranger', START_MS), 5),
    toInputRecord(sampleEvent(sampleCall({ durationS: 4e9 }), START_MS, { subscriberId: 's1' }), 6),
    toInputRecord(call('s1', 1_000), 7),
    toInputRecord(call('s1', START_MS + 2 * HOUR_MS), 8, START_MS),
    toInputRecord(sampleProgress('voice', START_MS + 8 * DAY_MS), 9),
    toInputRecord(call('s1', START_MS + DAY_MS - 1), 10),
    toInputRecord(call('s1', START_MS + DAY_MS), 11),
  ];
  await runLog(run, log);
  assert.deepEqual(
    parked.map(({ record, reason }) => [Number(record.offset), reason]),
    [
      [1, 'no_value'],
      [2, 'undecodable'],
      [3, 'missing_field'],
      [4, 'key_mismatch'],
      [5, 'wrong_partition'],
      [6, 'value_out_of_range'],
      [7, 'time_out_of_range'],
      [8, 'from_the_future'],
      [10, 'late'],
    ],
  );
  const record = outcomeOf(run.store).record;
  assert.deepEqual(
    [record?.counts.folded, record?.counts.late, record?.counts.parked, record?.counts.marks],
    [2, 1, 8, 1],
  );
  assert.equal(outcomeOf(run.store).nextOffset, 12n);
});

test('what cannot be parked stops the worker before anything is written', async () => {
  const store = createMemoryPartitionStore(1);
  const parked: ParkedRecord[] = [];
  parked.push = () => {
    throw new Error('the dead-letter topic is down');
  };
  const log = [toInputRecord(call('s1', START_MS), 0), { ...toInputRecord(call('s1', START_MS), 1), value: null }];
  await assert.rejects(runLog(setup({ store, parked }), log), /dead-letter topic is down/);
  assert.equal(store.dump(0).seq, 0);
});

test('a score that is no probability stops the worker before anything is written', async () => {
  for (const wrong of [Number.NaN, -0.1, 1.1, Infinity]) {
    const run = setup({ model: createFakeModel(() => wrong), policy: withoutDailyScores });
    const log = toInputLog([call('s1', START_MS), call('s1', START_MS + 2 * DAY_MS)]);
    await assert.rejects(runLog(run, log), RangeError);
    assert.equal(run.store.dump(0).seq, 0);
  }
});

test('an outcome closes the episode, and no other opens while it is suppressed', async () => {
  const run = setup();
  const silent = hours(0, 24 * 60, (hour) => (hour < 48 ? everyone() : ['s2']), both);
  const alertAt = silent.findIndex(({ occurredAtMs }) => occurredAtMs >= START_MS + 14 * DAY_MS);
  const log = silent.toSpliced(alertAt, 0, sampleOutcome('s1', 1, START_MS + 14 * DAY_MS, 'o1'));
  await runLog(run, toInputLog(log));
  assert.deepEqual(outboxIds(run.store, 'alert'), ['s1.1', 's1.2']);
  const record = outcomeOf(run.store).record;
  assert.equal(record?.counts.outcomes, 1);
  const second = run.store
    .dump(0)
    .outbox.map((hex) => decodeOutboxEntry(Buffer.from(hex, 'hex')))
    .find(({ id }) => id === 's1.2');
  assert.ok(second);
  assert.ok(second.eventTimeMs >= START_MS + 44 * DAY_MS && second.eventTimeMs < START_MS + 46 * DAY_MS);
  const alert = decodeRiskAlert(second.value);
  assert.ok(alert.ok);
  assert.deepEqual([alert.value.episode, alert.value.score.riskBand, alert.value.score.cause], [2, 'high', 'daily']);
});

test('an alert says which features its vector is of', async () => {
  const run = setup();
  await runLog(run, toInputLog(hours(0, 24 * 16, (hour) => (hour < 48 ? everyone() : ['s2']), both)));
  const entry = run.store
    .dump(0)
    .outbox.map((hex) => decodeOutboxEntry(Buffer.from(hex, 'hex')))
    .find(({ id }) => id === 's1.1');
  assert.ok(entry);
  const alert = decodeRiskAlert(entry.value);
  assert.ok(alert.ok);
  assert.equal(alert.value.featureSchemaSha256, FAKE_FEATURE_SCHEMA);
});

test('an outcome of somebody unknown is counted and changes nothing', async () => {
  const run = setup();
  await runLog(run, toInputLog([sampleOutcome('nobody', 1, START_MS, 'o1')]));
  const { states, record } = outcomeOf(run.store);
  assert.deepEqual(states, {});
  assert.equal(record?.counts.outcomes, 1);
});

test('one subscriber is one member of the wheel, whatever comes twice', async () => {
  const run = setup();
  const log = toInputLog(hours(0, 12, everyone, both));
  const twice = [...log, ...log.map((record, i) => ({ ...record, offset: BigInt(log.length + i) }))];
  await runLog(run, twice);
  const { wheel, record } = outcomeOf(run.store);
  assert.deepEqual(Object.values(wheel).flat().toSorted(), ['s1', 's2']);
  assert.equal(record?.counts.duplicates, 24);
  assert.equal(record.counts.subscribers, 2);
});

test('a record with times that no calendar knows does not stop its partition', async () => {
  const run = setup();
  const beyond = 9e15;
  const log = [
    call('s1', START_MS),
    sampleEvent(sampleContract({ endsAtMs: beyond }), START_MS + 1, { subscriberId: 's1' }),
    sampleEvent(sampleComplaint({ openedAtMs: beyond }), START_MS + 2, { subscriberId: 's1' }),
    call('s1', START_MS + 3 * DAY_MS),
  ];
  await runLog(run, toInputLog(log));
});

test('no two entries of the outbox have one id, also when the wheel makes up for days', async () => {
  const run = setup();
  // Calls go on while the feeds' marks do not come; then the marks catch up at once.
  const log = hours(0, 24 * 6, everyone, (hour) => (hour < 48 || hour === 24 * 6 - 1 ? both() : []));
  await runLog(run, toInputLog(log));
  const ids = outboxIds(run.store, 'score');
  assert.equal(new Set(ids).size, ids.length);
});

test('whoever left is in no band', async () => {
  const run = setup();
  const log = [
    ...hours(0, 24 * 16, (hour) => (hour < 48 ? everyone() : ['s2']), both),
    sampleEvent({ type: 'deactivation', reason: 'voluntary', channel: 'own_shop' }, START_MS + 16 * DAY_MS, {
      subscriberId: 's1',
    }),
    ...hours(24 * 16 + 1, 24 * 40, () => ['s2'], both),
  ];
  await runLog(run, toInputLog(log));
  assert.deepEqual(outboxIds(run.store, 'alert'), ['s1.1']);
  assert.deepEqual(outcomeOf(run.store).bands.high, []);
});
