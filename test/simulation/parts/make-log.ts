import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import type { EventBody, LogRecord } from '../../../services/core/events/subscriber-event.ts';
import {
  sampleCall,
  sampleComplaint,
  sampleMessage,
  samplePortOut,
  sampleProgress,
  sampleServiceChange,
  sampleTopUp,
} from '../../support/sample-events.ts';
import { partitionerFor } from '../kafka/simulated-topics.ts';
import type { Chance } from '../schedule/chance.ts';
import { START_MS } from '../settings.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FEEDS = ['voice', 'account'] as const;

/** A record of the input log before it has an offset. */
export interface LoggedRecord {
  readonly partition: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly timestampMs: number;
}

/**
 * A small log of several partitions with everything that may befall one: people who call, top up, complain and fall
 * silent, marks of two feeds, duplicates, stragglers within and beyond the limit, rubbish, records in a partition that is
 * not theirs. The more triggers, the more alerts.
 */
export function makeLog(chance: Chance, partitions: number, count: number): LoggedRecord[] {
  const people = peopleOf(partitions, chance.between(1, 3));
  const silent = new Set(people.filter(() => chance.happens(0.2)));
  const log: LoggedRecord[] = [];
  let clockMs = START_MS - 3 * 24 * HOUR_MS;

  function take(record: LogRecord, key: string | null, partition: number): void {
    log.push({ partition, key, value: Buffer.from(encodeLogRecord(record)), timestampMs: clockMs });
  }

  for (let i = 0; i < count; i++) {
    clockMs += chance.below(50 * MINUTE_MS);
    const kind = chance.unit();
    const person = chance.pick(people);
    const { subscriberId, partition } = person;
    const agoMs = kind < 0.15 ? chance.below(5 * HOUR_MS) : chance.below(10 * MINUTE_MS);
    const event = toEvent(chance, i, subscriberId, clockMs - agoMs);
    if (kind < 0.5) {
      if (!silent.has(person) || i < count / 3) take(event, subscriberId, partition);
    } else if (kind < 0.75) {
      const feed = chance.pick(FEEDS);
      const mark = { ...sampleProgress(feed, clockMs - chance.below(30 * MINUTE_MS)), eventId: `m${i}` };
      for (let to = 0; to < partitions; to++) take(mark, null, to);
    } else if (kind < 0.85) {
      const original = log[chance.below(log.length)];
      if (original !== undefined) log.push({ ...original, timestampMs: clockMs });
    } else if (kind < 0.89) take(toEvent(chance, i, subscriberId, clockMs - 60 * HOUR_MS), subscriberId, partition);
    else if (kind < 0.92) take(toEvent(chance, i, subscriberId, clockMs + 3 * HOUR_MS), subscriberId, partition);
    else if (kind < 0.94) take(event, subscriberId, (partition + 1) % partitions);
    else if (kind < 0.96) take(event, 'another', partition);
    else {
      const value = chance.happens(0.3) ? null : Buffer.from([0xff, chance.below(256), chance.below(256)]);
      log.push({ partition, key: subscriberId, value, timestampMs: clockMs });
    }
  }
  return log;
}

interface Person {
  readonly subscriberId: string;
  readonly partition: number;
}

/** The same number of people in each partition. */
function peopleOf(partitions: number, each: number): Person[] {
  const partitionOf = partitionerFor(partitions);
  const people: Person[] = [];
  for (let i = 0; people.length < partitions * each; i++) {
    const subscriberId = `k1-s${i}`;
    const partition = partitionOf(subscriberId);
    if (people.filter((one) => one.partition === partition).length < each) people.push({ subscriberId, partition });
  }
  return people;
}

function toEvent(chance: Chance, number: number, subscriberId: string, occurredAtMs: number): LogRecord {
  return {
    eventId: `e${number}`,
    subscriberId,
    occurredAtMs,
    recordedAtMs: occurredAtMs,
    feed: chance.pick(FEEDS),
    utcOffsetMinutes: 0,
    body: bodyOf(chance, number),
  };
}

function bodyOf(chance: Chance, number: number): EventBody {
  const kind = chance.unit();
  if (kind < 0.35) return sampleCall({ durationS: chance.below(600), chargeMinor: chance.below(90) });
  if (kind < 0.5) return sampleMessage({ chargeMinor: chance.below(20) });
  if (kind < 0.6) return sampleTopUp({ amountMinor: 100 * chance.between(1, 90) });
  if (kind < 0.7) return { type: 'balance_snapshot', balanceMinor: chance.below(9_000) };
  if (kind < 0.8) return sampleComplaint({ complaintId: `c${number}` });
  if (kind < 0.9) return sampleServiceChange({ on: false, productId: `v${number}` });
  return samplePortOut({ step: chance.happens(0.3) ? 'completed' : 'requested' });
}
