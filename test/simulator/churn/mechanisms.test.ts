import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { DAY_MS } from '../../../services/simulator/calendar.ts';
import type { GroundTruth, Mechanism } from '../../../services/simulator/churn/ground-truth.ts';
import { localHourAt } from '../local-hour.ts';
import { sharesTimes, smallSimulation } from '../small-simulation.ts';

const simulation = smallSimulation({ subscribers: 700, days: 75, mechanismShares: sharesTimes(2.5), incidents: 0 });
const bySubscriber = new Map<string, SubscriberEvent[]>();
const planted = new Set(simulation.groundTruth.map(({ subscriberId }) => subscriberId));
const successors = new Set(truthsOf('leave_and_rejoin').map(({ successorSubscriberId }) => successorSubscriberId));
/** Operators of each planted number as others called it, before and after the end. */
const operatorsCalled = new Map<string, { readonly before: Set<string>; readonly after: Set<string> }>(
  simulation.groundTruth.map(({ subscriberId }) => [subscriberId, { before: new Set(), after: new Set() }]),
);
const endedAtMs = new Map(simulation.groundTruth.map((truth) => [truth.subscriberId, truth.churnedAtMs]));
const partiesCalled = new Set<string>();
for (const record of simulation.records()) {
  if (isPartitionMark(record)) continue;
  if (record.body.type === 'call' && record.body.otherParty !== undefined) {
    const { partyId, operatorCode } = record.body.otherParty;
    partiesCalled.add(partyId);
    const isAfter = record.occurredAtMs >= (endedAtMs.get(partyId) ?? Infinity);
    operatorsCalled.get(partyId)?.[isAfter ? 'after' : 'before'].add(operatorCode);
  }
  if (!planted.has(record.subscriberId) && !successors.has(record.subscriberId)) continue;
  const events = bySubscriber.get(record.subscriberId) ?? [];
  bySubscriber.set(record.subscriberId, events);
  events.push(record);
}

function truthsOf<M extends Mechanism>(mechanism: M): readonly Extract<GroundTruth, { mechanism: M }>[] {
  return simulation.groundTruth.filter(
    (truth): truth is Extract<GroundTruth, { mechanism: M }> => truth.mechanism === mechanism,
  );
}

function eventsOf(subscriberId: string): readonly SubscriberEvent[] {
  return bySubscriber.get(subscriberId) ?? [];
}

function callsOf(
  { subscriberId }: GroundTruth,
  direction: 'mobile_originated' | 'mobile_terminated',
  [fromMs, toMs]: readonly [number, number],
): readonly SubscriberEvent[] {
  return eventsOf(subscriberId).filter(
    ({ body, occurredAtMs }) =>
      body.type === 'call' && body.direction === direction && occurredAtMs >= fromMs && occurredAtMs < toMs,
  );
}

/** Calls per day of all given subscribers, before and after their onsets. */
function callRates(
  truths: readonly GroundTruth[],
  direction: 'mobile_originated' | 'mobile_terminated',
): { readonly before: number; readonly after: number } {
  const sums = { before: 0, daysBefore: 0, after: 0, daysAfter: 0 };
  for (const truth of truths) {
    sums.before += callsOf(truth, direction, [simulation.startMs, truth.onsetAtMs]).length;
    sums.daysBefore += (truth.onsetAtMs - simulation.startMs) / DAY_MS;
    sums.after += callsOf(truth, direction, [truth.onsetAtMs, truth.churnedAtMs]).length;
    sums.daysAfter += (truth.churnedAtMs - truth.onsetAtMs) / DAY_MS;
  }
  return { before: sums.before / sums.daysBefore, after: sums.after / sums.daysAfter };
}

test('every mechanism is planted, its end lies in the period, and nothing of the subscriber follows it', () => {
  const mechanisms = new Set(simulation.groundTruth.map(({ mechanism }) => mechanism));
  assert.equal(mechanisms.size, 8);
  for (const truth of simulation.groundTruth) {
    assert.ok(truth.onsetAtMs <= truth.churnedAtMs && truth.churnedAtMs < simulation.endMs, truth.mechanism);
    const later = eventsOf(truth.subscriberId).filter(({ occurredAtMs }) => occurredAtMs > truth.churnedAtMs);
    assert.deepEqual(later, [], truth.mechanism);
  }
});

test('nobody has two stories', () => {
  assert.equal(planted.size, simulation.groundTruth.length);
});

test('an ending is told by the account feed, but for silence', () => {
  for (const { subscriberId, ending, churnedAtMs } of simulation.groundTruth) {
    const last = eventsOf(subscriberId)
      .filter(({ occurredAtMs }) => occurredAtMs === churnedAtMs)
      .map(({ body }) => body);
    assert.equal(
      last.some(({ type }) => type === 'deactivation'),
      ending !== 'silence',
    );
    assert.equal(
      last.some((body) => body.type === 'port_out' && body.step === 'completed'),
      ending === 'port_out',
    );
  }
});

test('contacts follow: a ported number is called at the rival, another number of the person instead of the old one', () => {
  let [ported, renumbered] = [0, 0];
  for (const { subscriberId, ending, reachableAs } of simulation.groundTruth) {
    const called = operatorsCalled.get(subscriberId);
    assert.ok(called !== undefined);
    assert.ok([...called.before].every((operatorCode) => operatorCode === 'own'));
    assert.ok(!called.after.has('own'), subscriberId);
    if (ending === 'port_out') ported += called.after.size;
    else {
      assert.equal(called.after.size, 0, subscriberId);
      if (partiesCalled.has(reachableAs)) renumbered += 1;
    }
  }
  assert.ok(ported > 5 && renumbered > 5, `${ported} ${renumbered}`);
});

test('slow fade: calls of the last third are below half of those before', () => {
  const truths = truthsOf('slow_fade');
  let [beforeOnset, daysBefore, lastThird, daysLast] = [0, 0, 0, 0];
  for (const truth of truths) {
    const lastThirdMs = truth.churnedAtMs - (truth.churnedAtMs - truth.onsetAtMs) / 3;
    beforeOnset += callsOf(truth, 'mobile_originated', [simulation.startMs, truth.onsetAtMs]).length;
    daysBefore += (truth.onsetAtMs - simulation.startMs) / DAY_MS;
    lastThird += callsOf(truth, 'mobile_originated', [lastThirdMs, truth.churnedAtMs]).length;
    daysLast += (truth.churnedAtMs - lastThirdMs) / DAY_MS;
  }
  assert.ok(lastThird / daysLast < 0.5 * (beforeOnset / daysBefore));
});

test('abrupt stop: ordinary use up to the end', () => {
  for (const truth of truthsOf('abrupt_stop')) {
    assert.equal(truth.onsetAtMs, truth.churnedAtMs);
    const lastWeek = callsOf(truth, 'mobile_originated', [truth.churnedAtMs - 14 * DAY_MS, truth.churnedAtMs]);
    assert.ok(lastWeek.length > 0, truth.subscriberId);
  }
});

test('second SIM: outgoing calls fall by more than half, incoming ones by less than a fifth', () => {
  const truths = truthsOf('second_sim');
  const outgoing = callRates(truths, 'mobile_originated');
  const incoming = callRates(truths, 'mobile_terminated');
  assert.ok(outgoing.after < 0.5 * outgoing.before, JSON.stringify(outgoing));
  assert.ok(incoming.after > 0.8 * incoming.before, JSON.stringify(incoming));
  for (const { reachableAs, rivalPartyId } of truths) assert.equal(reachableAs, rivalPartyId);
});

test('price shock: the contract ends at the onset and rivals are asked for plans', () => {
  for (const { subscriberId, onsetAtMs, contractId } of truthsOf('price_shock')) {
    const bodies = eventsOf(subscriberId).filter(({ occurredAtMs }) => occurredAtMs >= onsetAtMs);
    const ended = bodies.find(({ body }) => body.type === 'contract_end' && body.contractId === contractId);
    assert.equal(ended?.occurredAtMs, onsetAtMs);
    const queries = bodies.filter(({ body }) => body.type === 'plan_query' && body.operatorCode !== 'own');
    assert.ok(queries.length >= 2);
  }
});

test('service pain: at least two complaints, and faults open for more than a day', () => {
  for (const truth of truthsOf('service_pain')) {
    const bodies = eventsOf(truth.subscriberId).map(({ body }) => body);
    const complained = new Set(bodies.flatMap((body) => (body.type === 'complaint' ? [body.complaintId] : [])));
    assert.ok(truth.complaintIds.filter((id) => complained.has(id)).length >= 2);
    const repairs = bodies.flatMap((body) => (body.type === 'fault' && body.step === 'repaired' ? [body] : []));
    const slow = repairs.filter(({ faultId }) => truth.faultIds.includes(faultId));
    assert.ok(slow.every(({ repairedAtMs, reportedAtMs }) => repairedAtMs - reportedAtMs > DAY_MS));
  }
});

test('rival poaching: rival share of outgoing calls rises by 20 points, the leader ports first, all to one rival', () => {
  const truths = truthsOf('rival_poaching');
  assert.ok(truths.length >= 4);
  const rivalShareOf = (calls: readonly SubscriberEvent[]): number =>
    calls.filter(({ body }) => body.type === 'call' && body.otherParty?.network === 'off_net').length / calls.length;
  const before = truths.flatMap((truth) => callsOf(truth, 'mobile_originated', [simulation.startMs, truth.onsetAtMs]));
  const after = truths.flatMap((truth) => callsOf(truth, 'mobile_originated', [truth.onsetAtMs, truth.churnedAtMs]));
  assert.ok(rivalShareOf(after) > rivalShareOf(before) + 0.2);
  for (const truth of truths) {
    const leader = truths.find(({ subscriberId }) => subscriberId === truth.ledBySubscriberId);
    assert.ok(leader !== undefined && leader.churnedAtMs <= truth.churnedAtMs);
    assert.equal(leader.operatorCode, truth.operatorCode);
    assert.equal(truth.ending, 'port_out');
    assert.equal(truth.reachableAs, truth.subscriberId);
  }
});

test('leave and rejoin: the new number has the old circle and cells, and the handset where the truth says so', () => {
  const truths = truthsOf('leave_and_rejoin');
  for (const truth of truths) {
    const partiesAndCells = (subscriberId: string): ReadonlySet<string> =>
      new Set(
        eventsOf(subscriberId).flatMap(({ body }) =>
          body.type === 'call' ? [body.otherParty?.partyId ?? '', body.location?.cellId ?? ''] : [],
        ),
      );
    const [old, next] = [partiesAndCells(truth.subscriberId), partiesAndCells(truth.successorSubscriberId)];
    const shared = [...next].filter((name) => old.has(name)).length;
    assert.ok(shared > 0.5 * next.size, `${shared} of ${next.size}`);
    const devices = new Set(
      [truth.subscriberId, truth.successorSubscriberId].flatMap((id) =>
        eventsOf(id).flatMap(({ body }) => (body.type === 'device_change' ? [body.imeiHash] : [])),
      ),
    );
    assert.equal(devices.size, truth.sameDevice ? 1 : 2);
    assert.equal(truth.reachableAs, truth.successorSubscriberId);
  }
});

test('farmed SIMs: at least three numbers to a handset, activated by night, fewer than five incoming calls a month', () => {
  const truths = truthsOf('farmed_sim');
  for (const sharing of Object.values(Object.groupBy(truths, ({ imeiHash }) => imeiHash))) {
    assert.ok((sharing?.length ?? 0) >= 3);
  }
  for (const truth of truths) {
    const activation = eventsOf(truth.subscriberId).find(({ body }) => body.type === 'activation');
    assert.ok(activation !== undefined);
    const hour = localHourAt(activation.occurredAtMs, activation.utcOffsetMinutes);
    assert.ok(hour >= 22 || hour < 8, `${hour} h`);
    const monthMs = 31 * DAY_MS;
    for (let fromMs = truth.onsetAtMs; fromMs < truth.churnedAtMs; fromMs += monthMs) {
      assert.ok(callsOf(truth, 'mobile_terminated', [fromMs, fromMs + monthMs]).length < 5);
    }
  }
});
