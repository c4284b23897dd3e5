import type { SubscriberEvent } from '../../core/events/subscriber-event.ts';
import type { Random } from '../random/random.ts';
import { apportion } from './apportion.ts';
import { drawDays, lastDayOf } from './draw-days.ts';
import type { UserDays } from './draw-days.ts';
import { PARTIES } from './parties.ts';
import type { QuirkBook } from './quirks.ts';
import { splitCalls } from './split-calls.ts';
import type { CallCell } from './split-calls.ts';
import type { UsageRow } from './usage-row.ts';
import { drawInstantMs, toEvent } from './user-month.ts';
import type { UserMonth } from './user-month.ts';

interface CellCalls {
  readonly cell: CallCell;
  readonly seconds: readonly number[];
  readonly minor: readonly number[];
}

/** Outgoing calls whose count, seconds and charges equal the row's, in total and for each network. */
export function expandCalls(
  random: Random,
  row: UsageRow,
  userMonth: UserMonth,
  days: UserDays,
  quirks: QuirkBook,
): SubscriberEvent[] {
  const { calls } = row;
  if (calls.count === 0) return [];
  const split = splitCalls(calls);
  if (!split.faithful) quirks.note('call_parts_contradict_total');
  if (split.overlapping > 0) quirks.note('calls_both_abroad_and_on_or_off_net');
  const drawn = drawDays(random, calls.count, days, lastDayOf(calls.inactiveDays, userMonth.frame, days.from, quirks));
  shuffle(random, drawn);

  let next = 0;
  return sizeCalls(random, calls, split.cells, userMonth, quirks).flatMap(({ cell, seconds, minor }) =>
    seconds.map((durationS, index) => {
      const day = drawn[next] ?? 0;
      next += 1;
      const occurredAtMs = drawInstantMs(random, userMonth, day, 'voice');
      return toEvent(userMonth, 'voice', `call-${next}`, occurredAtMs, {
        type: 'call',
        direction: 'mobile_originated',
        otherParty: PARTIES[cell.network],
        durationS,
        billedDurationS: durationS,
        chargeMinor: minor[index] ?? 0,
        scope: cell.abroad ? 'international' : 'unspecified',
        result: durationS > 0 ? 'answered' : 'unspecified',
        location: undefined,
        imeiHash: '',
        forwardedTo: undefined,
        inVpn: false,
        callReference: '',
        recordSequenceNumber: 0,
      });
    }),
  );
}

/** Sizes by real call lengths, scaled to each cell's totals; one call is the row's longest and one its dearest. */
function sizeCalls(
  random: Random,
  calls: UsageRow['calls'],
  cells: readonly CallCell[],
  userMonth: UserMonth,
  quirks: QuirkBook,
): CellCalls[] {
  const longest = chooseHost(cells, 'seconds', calls.longestSeconds);
  const dearest = chooseHost(cells, 'minor', calls.dearestMinor);
  if (!longest.reachable || !dearest.reachable) quirks.note('call_maximum_out_of_reach');
  return cells.map((cell) => {
    const shape = Array.from({ length: cell.count }, () => userMonth.shapes.drawCallSeconds(random));
    const seconds = divide(cell.seconds, shape, longest, cell === longest.cell);
    const minor = divide(
      cell.minor,
      seconds.map((value) => value + 1),
      dearest,
      cell === dearest.cell,
    );
    return { cell, seconds, minor };
  });
}

interface Host {
  readonly cell: CallCell | undefined;
  /** No part may exceed it; Infinity where the row's maximum cannot hold. */
  readonly maximum: number;
  readonly reachable: boolean;
}

/** The cell that can hold the month's largest call and still fill its others below it. */
function chooseHost(cells: readonly CallCell[], measure: 'seconds' | 'minor', maximum: number): Host {
  if (cells.some((cell) => cell.count * maximum < cell[measure])) {
    return { cell: undefined, maximum: Infinity, reachable: false };
  }
  const able = cells.filter((cell) => cell[measure] >= maximum && (cell.count > 1 || cell[measure] === maximum));
  const cell = able.toSorted((a, b) => b[measure] - a[measure])[0];
  return { cell, maximum, reachable: cell !== undefined };
}

function divide(total: number, weights: readonly number[], host: Host, holdsLargest: boolean): number[] {
  if (!holdsLargest) return apportion(total, weights, host.maximum);
  const largest = weights.indexOf(Math.max(...weights));
  const others = apportion(total - host.maximum, weights.toSpliced(largest, 1), host.maximum);
  return others.toSpliced(largest, 0, host.maximum);
}

/** So that the exact last day does not always fall to the first network. */
function shuffle(random: Random, items: number[]): void {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random.next() * (i + 1));
    const held = items[i] ?? 0;
    items[i] = items[j] ?? 0;
    items[j] = held;
  }
}
