import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventBody } from '../../../services/core/events/subscriber-event.ts';
import { parseLabelDefinition } from '../../../services/core/labels/label-definition.ts';
import type { Label, LabelDefinition } from '../../../services/core/labels/label-definition.ts';
import { labelByTable } from '../../../services/core/labels/label-table.ts';
import { createLabelWindows } from '../../../services/core/labels/label-windows.ts';
import { sampleCall, sampleEvent, samplePortOut, sampleTopUp } from '../../support/sample-events.ts';

const DAY_MS = 86_400_000;
const AS_OF_MS = Date.UTC(2026, 1, 10);
const INACTIVITY: LabelDefinition = { name: 'inactivity', days: 30 };
const DEPARTURE: LabelDefinition = { name: 'departure', days: 60 };
const CLOSED: EventBody = { type: 'deactivation', reason: 'voluntary', channel: 'own_shop' };

/** The label at the window's end after these events, each so many days after the vector's instant. */
function labelAfter(
  definition: LabelDefinition,
  ...events: readonly (readonly [number, EventBody])[]
): Label | undefined {
  const windows = createLabelWindows(definition);
  const window = windows.open('s1', AS_OF_MS);
  for (const [days, body] of events) windows.observe(sampleEvent(body, AS_OF_MS + days * DAY_MS));
  return windows.labelOf(window, AS_OF_MS + definition.days * DAY_MS);
}

test('a label is named with its days', () => {
  assert.deepEqual(parseLabelDefinition('inactivity:30'), INACTIVITY);
  assert.deepEqual(parseLabelDefinition('departure:60'), DEPARTURE);
  for (const text of ['inactivity', 'inactivity:0', 'departure:366', 'departure:1.5', 'silence:30', '']) {
    assert.equal(parseLabelDefinition(text), undefined, text);
  }
});

test('who does nothing of their own for the days of the window has become inactive', () => {
  assert.equal(labelAfter(INACTIVITY), 1);
  assert.equal(labelAfter(INACTIVITY, [3, sampleCall({ direction: 'mobile_terminated' })]), 1);
  assert.equal(labelAfter(INACTIVITY, [3, sampleCall()]), 0);
  assert.equal(labelAfter(INACTIVITY, [30, sampleTopUp()]), 0);
});

test('what happened at the instant of the vector, before it or after the window is not in the window', () => {
  assert.equal(labelAfter(INACTIVITY, [0, sampleCall()], [-1, sampleCall()], [30.01, sampleCall()]), 1);
});

test('others do not keep a subscriber active', () => {
  const windows = createLabelWindows(INACTIVITY);
  const window = windows.open('s1', AS_OF_MS);
  windows.observe(sampleEvent(sampleCall(), AS_OF_MS + DAY_MS, { subscriberId: 's2' }));
  assert.equal(windows.labelOf(window, AS_OF_MS + 30 * DAY_MS), 1);
});

test('who closed or ported out has departed, whoever asked has not', () => {
  assert.equal(labelAfter(DEPARTURE), 0);
  assert.equal(labelAfter(DEPARTURE, [1, CLOSED]), 1);
  assert.equal(labelAfter(DEPARTURE, [1, samplePortOut({ step: 'completed' })]), 1);
  assert.equal(labelAfter(DEPARTURE, [1, samplePortOut({ step: 'requested' })]), 0);
  assert.equal(labelAfter(DEPARTURE, [60.01, CLOSED]), 0);
});

test('who came back within the window has not departed, in whatever order the log tells it', () => {
  const back: EventBody = { type: 'reactivation', channelId: '', planId: '' };
  assert.equal(labelAfter(DEPARTURE, [1, CLOSED], [5, back]), 0);
  assert.equal(labelAfter(DEPARTURE, [5, back], [1, CLOSED]), 0);
  assert.equal(labelAfter(DEPARTURE, [5, CLOSED], [1, back]), 1);
});

test('a window has no label before the log is complete to its end', () => {
  const windows = createLabelWindows(INACTIVITY);
  const window = windows.open('s1', AS_OF_MS);
  assert.equal(windows.labelOf(window, undefined), undefined);
  assert.equal(windows.labelOf(window, AS_OF_MS + 30 * DAY_MS - 1), undefined);
  assert.equal(windows.labelOf(window, AS_OF_MS + 30 * DAY_MS), 1);
});

test('a table labels those it names, by what was known at the cut-off and not yet at the vector', () => {
  const table = new Map([['s1', { label: 1 as const, maturedAtMs: AS_OF_MS + 30 * DAY_MS }]]);
  const labelAt = (asOfMs: number, knownThroughMs?: number): ReturnType<typeof labelByTable> =>
    labelByTable(table, 's1', asOfMs, knownThroughMs);
  assert.equal(labelAt(AS_OF_MS), 1);
  assert.equal(labelAt(AS_OF_MS, AS_OF_MS + 30 * DAY_MS), 1);
  assert.equal(labelAt(AS_OF_MS, AS_OF_MS + 30 * DAY_MS - 1), 'immature');
  assert.equal(labelAt(AS_OF_MS + 30 * DAY_MS), 'known_before');
  assert.equal(labelByTable(table, 's2', AS_OF_MS, undefined), 'not_in_table');
});
