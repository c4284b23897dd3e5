import assert from 'node:assert/strict';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { LogRecord, SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import type { Installation } from './installation.ts';
import { sendRecords } from './installation-log.ts';
import { countsOf, settledEvents, untilSettled } from './installation-state.ts';
import { startScorer } from './scorer-process.ts';
import { until } from './until.ts';

const CONSUMED = 'churn_events_consumed_total';

/**
 * Two scorers read a log together until one of them is killed (SIGKILL) half-way, and stays away; the other goes on
 * alone to the end.
 *
 * @param log the same records at each call.
 * @returns the number of subscriber events in the log.
 */
export async function readWithOneKill(
  shop: Installation,
  log: () => Iterable<LogRecord>,
  withinMs?: number,
): Promise<number> {
  const { records, events } = sizeOf(log());
  const survivor = await startScorer(shop);
  const victim = await startScorer(shop);
  const rest = log()[Symbol.iterator]();
  // The last part is sent after the kill, so that the kill is certain to come before the end.
  const sending = sendRecords(shop, take(rest, Math.floor(records * 0.6)));
  await until('half of the events are settled', async () => settledEvents(await countsOf(shop)) > events / 2, {
    ...(withinMs === undefined ? {} : { withinMs }),
  });
  for (const scorer of [survivor, victim]) assert.ok((await scorer.metric(CONSUMED)) > 0, `${scorer.name} idles`);
  await victim.kill();
  await sending;
  await sendRecords(shop, take(rest, Infinity));
  await untilSettled(shop, withinMs);
  return events;
}

/** Subscriber events in their order, by subscriber. */
export function eventsBySubscriber(records: Iterable<LogRecord>): Map<string, SubscriberEvent[]> {
  const events = new Map<string, SubscriberEvent[]>();
  for (const record of records) {
    if (isPartitionMark(record)) continue;
    const known = events.get(record.subscriberId);
    if (known === undefined) events.set(record.subscriberId, [record]);
    else known.push(record);
  }
  return events;
}

function sizeOf(log: Iterable<LogRecord>): { readonly records: number; readonly events: number } {
  let [records, events] = [0, 0];
  for (const record of log) {
    records++;
    if (!isPartitionMark(record)) events++;
  }
  return { records, events };
}

/** The next records of an iteration that is gone on with later. */
function* take<T>(iterator: Iterator<T>, count: number): Generator<T> {
  for (let taken = 0; taken < count; taken++) {
    const next = iterator.next();
    if (next.done === true) return;
    yield next.value;
  }
}
