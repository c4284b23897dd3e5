import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Outcome } from '../../../services/core/outcome.ts';
import type { OrderStep, WorkOrderCommand } from '../../../services/core/work-orders/decide.ts';
import { decide, openOrder } from '../../../services/core/work-orders/decide.ts';
import { deskStates, deskTransitions, isClosedState } from '../../../services/core/work-orders/desk-state.ts';
import { evolve } from '../../../services/core/work-orders/evolve.ts';
import { moveToTmfState } from '../../../services/core/work-orders/move-to-tmf-state.ts';
import { noticesOf } from '../../../services/core/work-orders/order-notice.ts';
import { orderOutcomeEvent } from '../../../services/core/work-orders/order-outcome-event.ts';
import type { ReportedOutcome } from '../../../services/core/work-orders/reported-outcome.ts';
import { commandsForOutcome } from '../../../services/core/work-orders/reported-outcome.ts';
import type { TmfState } from '../../../services/core/work-orders/tmf-state.ts';
import { tmfStates, tmfTransitions, toTmfState } from '../../../services/core/work-orders/tmf-state.ts';
import type { WorkOrder } from '../../../services/core/work-orders/work-order.ts';
import { sampleAlert } from '../../support/sample-alert.ts';

const OPENED_MS = 1_000_000;
const alert = sampleAlert();
const opened = openOrder(alert, OPENED_MS, OPENED_MS + 1000).order;

/** Commands that bring a new order to each outside state. */
const pathTo: Readonly<Record<TmfState, readonly WorkOrderCommand[]>> = {
  acknowledged: [],
  rejected: [{ type: 'reject' }],
  inProgress: [{ type: 'start' }],
  pending: [{ type: 'start' }, { type: 'snooze', hold: 'pending' }],
  held: [{ type: 'start' }, { type: 'snooze', hold: 'held' }],
  cancelled: [{ type: 'cancel' }],
  completed: [{ type: 'start' }, { type: 'close', result: 'won' }],
  failed: [{ type: 'start' }, { type: 'close', result: 'lost' }],
  partial: [{ type: 'start' }, { type: 'close', result: 'unreachable' }],
  assessingCancellation: [{ type: 'start' }, { type: 'ask_cancellation' }],
  pendingCancellation: [{ type: 'start' }, { type: 'ask_cancellation' }, { type: 'accept_cancellation' }],
};

test('an alert always opens the same order, with the risk that it told of', () => {
  const [one, two] = [openOrder(alert, 1, 2), openOrder(alert, 1, 2)];
  assert.deepEqual(one, two);
  assert.equal(one.order.id, `wo-${alert.alertId}`);
  assert.equal(one.event.eventId, `wo-${alert.alertId}-v1`);
  assert.equal(one.order.risk.riskScore, alert.score.riskScore);
  assert.equal(one.order.reasons, alert.reasons);
  assert.equal(toTmfState(one.order), 'acknowledged');
});

test('from every outside state exactly the moves of the TMF table are possible', () => {
  for (const from of tmfStates) {
    const order = orderIn(from);
    assert.equal(toTmfState(order), from);
    for (const to of tmfStates) {
      if (from === to) continue;
      const commands = moveToTmfState(order, to, {});
      const steps = commands.ok ? decide(order, commands.value, OPENED_MS + 9) : commands;
      assert.equal(steps.ok, tmfTransitions[from].includes(to), `${from} to ${to}`);
      if (steps.ok) assert.equal(toTmfState(lastOf(steps.value, order)), to);
    }
  }
});

test('asking for the state that an order is in changes nothing, even when it is closed', () => {
  for (const state of tmfStates) {
    const order = orderIn(state);
    const commands = valueOf(moveToTmfState(order, state, {}));
    assert.deepEqual(valueOf(decide(order, commands, OPENED_MS + 9)), []);
  }
});

test('a closed order refuses every command', () => {
  for (const state of ['won', 'lost', 'unreachable'] as const) {
    const closed = after(opened, [{ type: 'start' }, { type: 'close', result: state }]);
    const refusal = decide(closed, [{ type: 'amend', priority: '0' }], 0);
    assert.ok(!refusal.ok && refusal.reason === 'order_closed');
  }
});

test('commands are carried out all or none', () => {
  const refusal = decide(opened, [{ type: 'start' }, { type: 'reject' }], 0);
  assert.ok(!refusal.ok && refusal.reason === 'illegal_transition');
});

test('work stands still while a cancellation is assessed', () => {
  const assessed = orderIn('assessingCancellation');
  for (const command of [
    { type: 'snooze', hold: 'held' },
    { type: 'close', result: 'won' },
    { type: 'cancel' },
    { type: 'expire' },
  ] as const) {
    assert.ok(!decide(assessed, [command], 0).ok, command.type);
  }
  assert.equal(after(assessed, [{ type: 'assign', representativeId: 'r' }]).representativeId, 'r');
});

test('a denied cancellation puts the work where the desk says', () => {
  for (const resumesAs of ['acknowledged', 'inProgress', 'held', 'pending'] as const) {
    const resumed = after(orderIn('assessingCancellation'), [{ type: 'deny_cancellation', resumesAs }]);
    assert.equal(toTmfState(resumed), resumesAs);
  }
});

test('an overdue order expires from any open state, and looks cancelled from outside', () => {
  for (const state of ['acknowledged', 'inProgress', 'pending', 'held', 'pendingCancellation'] as const) {
    const expired = after(orderIn(state), [{ type: 'expire' }]);
    assert.equal(expired.state, 'expired');
    assert.equal(toTmfState(expired), 'cancelled');
  }
});

test('a reported outcome takes a lawful path from wherever the order is, and counts once', () => {
  for (const state of ['acknowledged', 'inProgress', 'pending', 'held', 'assessingCancellation'] as const) {
    for (const result of ['won', 'lost', 'unreachable', 'expired', 'cancelled'] as const) {
      const order = orderIn(state);
      const report = reported({ result });
      const steps = valueOf(decide(order, valueOf(commandsForOutcome(order, report)), OPENED_MS + 5));
      const closed = lastOf(steps, order);
      assert.equal(closed.state, result, `${state}, ${result}`);
      assert.equal(closed.representativeId, 'rep-7');
      assertLawful(order, steps);
      assert.deepEqual(valueOf(commandsForOutcome(closed, report)), []);
      const other = commandsForOutcome(closed, { ...report, outcomeId: 'out-2' });
      assert.ok(!other.ok && other.reason === 'order_closed');
    }
  }
  const nothing = commandsForOutcome(opened, reported({ result: 'unspecified' }));
  assert.ok(!nothing.ok && nothing.reason === 'no_result');
});

test('a closed order tells the log its outcome once, under an id of its own; an open one tells nothing', () => {
  assert.equal(orderOutcomeEvent(opened, 480), undefined);
  const closed = after(opened, [
    { type: 'start' },
    { type: 'close', result: 'lost', cause: 'price', offerId: 'pack-8' },
  ]);
  assert.deepEqual(orderOutcomeEvent(closed, 480), {
    eventId: `${opened.id}-outcome`,
    occurredAtMs: closed.closedAtMs,
    recordedAtMs: closed.closedAtMs,
    feed: 'retention',
    utcOffsetMinutes: 480,
    subscriberId: opened.subscriberId,
    body: {
      type: 'order_outcome',
      workOrderId: opened.id,
      alertId: alert.alertId,
      episode: 1,
      result: 'lost',
      cause: 'price',
      offerId: 'pack-8',
    },
  });
});

const commands: fc.Arbitrary<WorkOrderCommand> = fc.oneof(
  fc.record({ type: fc.constant('assign' as const), representativeId: fc.constantFrom('r1', 'r2') }),
  fc.record({ type: fc.constant('start' as const) }),
  fc.record({
    type: fc.constant('snooze' as const),
    hold: fc.constantFrom('held' as const, 'pending' as const),
    untilMs: fc.option(fc.nat(), { nil: undefined }),
  }),
  fc.record({ type: fc.constant('close' as const), result: fc.constantFrom('won' as const, 'lost', 'unreachable') }),
  fc.record({ type: fc.constantFrom('reject' as const, 'cancel' as const, 'expire' as const) }),
  fc.record({ type: fc.constantFrom('ask_cancellation' as const, 'accept_cancellation' as const) }),
  fc.record({
    type: fc.constant('deny_cancellation' as const),
    resumesAs: fc.constantFrom('acknowledged' as const, 'inProgress', 'held', 'pending'),
  }),
  fc.record({ type: fc.constant('amend' as const), priority: fc.constantFrom('0' as const, '4') }),
);

test('whatever is commanded: versions count steps, ids are unique, moves are lawful, closed stays closed', () => {
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 30 }), (given) => {
      let order: WorkOrder = opened;
      const eventIds = new Set<string>();
      for (const [index, command] of given.entries()) {
        const atMs = OPENED_MS + index + 1;
        const decided = decide(order, [command], atMs);
        if (isClosedState(order.state)) assert.ok(!decided.ok);
        if (!decided.ok) continue;
        assertLawful(order, decided.value);
        for (const step of decided.value) {
          assert.equal(step.order.version, order.version + 1);
          assert.ok(!eventIds.has(step.event.eventId));
          eventIds.add(step.event.eventId);
          assert.deepEqual(evolve(order, step.event), step.order);
          assert.equal(step.order.dueAtMs, opened.dueAtMs);
          assert.equal(step.order.closedAtMs === undefined, !isClosedState(step.order.state));
          if (step.order.state === 'in_progress') assert.notEqual(step.order.startedAtMs, undefined);
          order = step.order;
        }
      }
      assert.equal(order.version, eventIds.size + 1);
    }),
    { numRuns: 500 },
  );
});

test('every state has an outside face, and both tables name only known states', () => {
  for (const state of deskStates) {
    for (const hold of ['held', 'pending'] as const) {
      for (const cancellation of ['none', 'assessing', 'accepted'] as const) {
        for (const rejected of [false, true]) {
          assert.ok(tmfStates.includes(toTmfState({ state, hold, cancellation, rejected })));
        }
      }
    }
    for (const next of deskTransitions[state]) assert.ok(deskStates.includes(next));
  }
  assert.deepEqual(Object.keys(tmfTransitions).sort(), [...tmfStates].sort());
});

test('a notice says state change exactly when the outside state changes', () => {
  const steps = valueOf(
    decide(
      opened,
      [{ type: 'assign', representativeId: 'r' }, { type: 'start' }, { type: 'amend', priority: '0' }],
      OPENED_MS,
    ),
  );
  const types = noticesOf(opened, steps).map(({ type }) => type);
  assert.deepEqual(types, ['attribute_changed', 'state_changed', 'attribute_changed']);
});

function assertLawful(before: WorkOrder, steps: readonly OrderStep[]): void {
  let from = toTmfState(before);
  for (const { order } of steps) {
    const to = toTmfState(order);
    assert.ok(from === to || tmfTransitions[from].includes(to), `${from} to ${to}`);
    from = to;
  }
}

function orderIn(state: TmfState): WorkOrder {
  return after(opened, pathTo[state]);
}

function after(order: WorkOrder, given: readonly WorkOrderCommand[]): WorkOrder {
  return lastOf(valueOf(decide(order, given, OPENED_MS + 1)), order);
}

function lastOf(steps: readonly OrderStep[], otherwise: WorkOrder): WorkOrder {
  return steps.at(-1)?.order ?? otherwise;
}

function reported(changes: Partial<ReportedOutcome>): ReportedOutcome {
  return {
    outcomeId: 'out-1',
    workOrderId: opened.id,
    occurredAtMs: OPENED_MS,
    result: 'won',
    cause: 'price',
    offerId: 'pack-8',
    representativeId: 'rep-7',
    ...changes,
  };
}

function valueOf<T>(outcome: Outcome<T, string>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.detail);
  return outcome.value;
}
