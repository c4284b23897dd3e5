import { gzipSync } from 'node:zlib';
import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import { encodeRiskAlert } from '../../../services/contracts/risk.ts';
import type { EventBody, LogRecord } from '../../../services/core/events/subscriber-event.ts';
import type { ParkReason } from '../../../services/core/events/validate-record.ts';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import { sampleAlert } from '../../support/sample-alert.ts';
import {
  sampleBill,
  sampleCall,
  sampleComplaint,
  sampleContact,
  sampleEvent,
  sampleProgress,
  sampleSession,
  sampleSurvey,
  sampleTopUp,
} from '../../support/sample-events.ts';

/** What a bad record is made from: whose it would be, and when. */
export interface RubbishScene {
  readonly subscriberId: string;
  /** Of somebody whose records belong to another partition. */
  readonly strangerId: string;
  readonly atMs: number;
  /** Unique, for the ids of those that are events. */
  readonly id: string;
  readonly nowMs: number;
}

export type LogRubbish = Pick<OutgoingRecord, 'key' | 'value'>;

/** A way in which a record of the input log may be bad, and the reason that it has to be parked for. */
export interface RubbishKind {
  readonly kind: string;
  readonly reason: ParkReason;
  readonly make: (scene: RubbishScene) => LogRubbish;
  /** Too large to be sent often. */
  readonly isLarge?: boolean;
}

const HOUR_MS = 3_600_000;
const YEAR_2286_MS = Date.UTC(2286, 10, 20);
const TEN_MB = 10_000_000;

type Changes = Partial<Omit<LogRecord, 'body' | 'subscriberId'>> & { readonly subscriberId?: string };

/** An event that would be good, with what is wrong about it. */
function event(
  { subscriberId, atMs, id }: RubbishScene,
  changes: Changes = {},
  body: EventBody = sampleCall(),
): Buffer {
  const { occurredAtMs = atMs, ...rest } = changes;
  return Buffer.from(encodeLogRecord(sampleEvent(body, occurredAtMs, { subscriberId, eventId: id, ...rest })));
}

function mark(scene: RubbishScene, changes: Changes, feed = 'voice', completeThroughMs = scene.atMs): Buffer {
  // A numbered id would look like a phone number after a million samples in one process.
  const progress = { ...sampleProgress(feed, completeThroughMs), eventId: scene.id };
  return Buffer.from(encodeLogRecord(Object.assign({}, progress, changes)));
}

/** A call of hand-made bytes behind an event: of two bodies the last one counts. */
function withCall(scene: RubbishScene, fields: readonly number[]): Buffer {
  return Buffer.concat([event(scene), Buffer.from([0x52, fields.length, ...fields])]);
}

const CALL = sampleCall();
const MINUS_ONE = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];

function bad(kind: string, reason: ParkReason, valueOf: (scene: RubbishScene) => Buffer | null): RubbishKind {
  return { kind, reason, make: (scene) => ({ key: scene.subscriberId, value: valueOf(scene) }) };
}

function keyed(kind: string, reason: ParkReason, keyOf: (scene: RubbishScene) => string | null): RubbishKind {
  return { kind, reason, make: (scene) => ({ key: keyOf(scene), value: event(scene) }) };
}

/** Every kind of bad record that the input log is known to meet. */
export const LOG_RUBBISH: readonly RubbishKind[] = [
  bad('tombstone', 'no_value', () => null),
  bad('no bytes', 'undecodable', () => Buffer.alloc(0)),
  bad('truncated', 'undecodable', (scene) => event(scene).subarray(0, -3)),
  bad('cut at half', 'undecodable', (scene) => event(scene).subarray(0, 20)),
  bad('noise', 'undecodable', () => Buffer.from('ff00d3a5c1', 'hex')),
  bad('text', 'undecodable', () => Buffer.from('no such host, please try again')),
  bad('wrong wire type', 'undecodable', (scene) => Buffer.concat([event(scene), Buffer.from([0x1a, 0x01, 0x00])])),
  bad('field number 0', 'undecodable', (scene) => Buffer.concat([event(scene), Buffer.from([0x00, 0x01])])),
  bad('endless varint', 'undecodable', (scene) =>
    Buffer.concat([event(scene), Buffer.from([0x18, ...MINUS_ONE.map(() => 0xff), 0x01])]),
  ),
  bad('number beyond 2^53', 'undecodable', (scene) =>
    Buffer.concat([event(scene), Buffer.from([0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])]),
  ),
  bad('no UTF-8', 'undecodable', (scene) => Buffer.concat([event(scene), Buffer.from([0x2a, 0x02, 0xc3, 0x28])])),
  bad('no body', 'undecodable', () => Buffer.from([0x0a, 0x01, 0x78])),
  bad('unknown enum', 'undecodable', (scene) => withCall(scene, [0x08, 0x63])),
  bad('a message of another topic', 'undecodable', () => Buffer.from(encodeRiskAlert(sampleAlert()))),
  bad('JSON', 'undecodable', (scene) => Buffer.from(JSON.stringify({ eventId: scene.id, body: CALL }))),
  bad('XML', 'undecodable', (scene) => Buffer.from(`<event id="${scene.id}"/>`)),
  bad('gzip within the value', 'undecodable', (scene) => gzipSync(event(scene))),
  bad('Confluent framing', 'undecodable', (scene) => Buffer.concat([Buffer.from([0, 0, 0, 0, 7, 0]), event(scene)])),
  bad('Confluent framing by GUID', 'undecodable', (scene) =>
    Buffer.concat([Buffer.alloc(17, 1), Buffer.from([0]), event(scene)]),
  ),
  { ...bad('10 MB field', 'too_large', largeEvent), isLarge: true },
  { ...bad('10 MB of nothing', 'too_large', () => Buffer.alloc(TEN_MB)), isLarge: true },
  bad('long event id', 'value_out_of_range', (scene) => event(scene, { eventId: scene.id.padEnd(20_000, '.') })),
  bad('long feed of a mark', 'value_out_of_range', (scene) => mark(scene, { feed: 'voice' }, 'v'.repeat(20_000))),
  bad('no event id', 'missing_field', (scene) => event(scene, { eventId: '' })),
  bad('no subscriber', 'missing_field', (scene) => event(scene, { subscriberId: '' })),
  bad('no feed', 'missing_field', (scene) => event(scene, { feed: '' })),
  bad('mark of no feed', 'missing_field', (scene) => mark(scene, {}, '')),
  bad('mark of a subscriber', 'key_mismatch', (scene) => mark(scene, { subscriberId: scene.subscriberId })),
  bad('mark of 2286', 'from_the_future', (scene) => mark(scene, {}, 'voice', YEAR_2286_MS)),
  keyed('empty key', 'key_mismatch', () => ''),
  keyed('no key', 'key_mismatch', () => null),
  keyed('key of another', 'key_mismatch', ({ strangerId }) => strangerId),
  { kind: 'another partitioner', reason: 'wrong_partition', make: strangerRecord },
  bad('1970', 'time_out_of_range', (scene) => event(scene, { occurredAtMs: 0 })),
  bad('seconds for milliseconds', 'time_out_of_range', (scene) =>
    event(scene, { occurredAtMs: Math.floor(scene.atMs / 1_000) }),
  ),
  bad('before all time', 'time_out_of_range', (scene) => event(scene, { occurredAtMs: -1 })),
  bad('2286', 'from_the_future', (scene) => event(scene, { occurredAtMs: YEAR_2286_MS })),
  bad('beyond the tolerance', 'from_the_future', (scene) => event(scene, { occurredAtMs: scene.nowMs + 2 * HOUR_MS })),
  bad('years ago', 'late', (scene) => event(scene, { occurredAtMs: scene.atMs - 3 * 8_766 * HOUR_MS })),
  bad('negative duration', 'value_out_of_range', (scene) => withCall(scene, [0x08, 0x01, 0x18, ...MINUS_ONE])),
  bad('duration of a year', 'value_out_of_range', (scene) => event(scene, {}, sampleCall({ durationS: 366 * 86_400 }))),
  bad('absurd charge', 'value_out_of_range', (scene) => event(scene, {}, sampleCall({ chargeMinor: 1e13 }))),
  bad('absurd negative charge', 'value_out_of_range', (scene) => event(scene, {}, sampleCall({ chargeMinor: -1e13 }))),
  bad('absurd top-up', 'value_out_of_range', (scene) => event(scene, {}, sampleTopUp({ amountMinor: 9e15 }))),
  bad('absurd reversal', 'value_out_of_range', (scene) => event(scene, {}, sampleTopUp({ amountMinor: -9e15 }))),
  bad('absurd part of a charge', 'value_out_of_range', (scene) =>
    event(scene, {}, sampleSession({ outOfBundleChargeMinor: -1e13 })),
  ),
  bad('absurd volume', 'value_out_of_range', (scene) => event(scene, {}, sampleSession({ downBytes: 1e13 }))),
  bad('absurd balance', 'value_out_of_range', (scene) =>
    event(scene, {}, { type: 'balance_snapshot', balanceMinor: -1e13 }),
  ),
  bad('absurd bill', 'value_out_of_range', (scene) => event(scene, {}, sampleBill({ totalMinor: 1e13 }))),
  bad('bill of no month', 'value_out_of_range', (scene) => event(scene, {}, sampleBill({ month: 0 }))),
  bad('wait of a year', 'value_out_of_range', (scene) => event(scene, {}, sampleContact({ waitS: 366 * 86_400 }))),
  bad('eleven of ten', 'value_out_of_range', (scene) => event(scene, {}, sampleSurvey({ score: 11 }))),
  bad('ten million logins', 'value_out_of_range', (scene) =>
    event(scene, {}, { type: 'app_activity', kind: 'login', count: 10_000_000 }),
  ),
  bad('complaint of 2286', 'value_out_of_range', (scene) =>
    event(scene, {}, sampleComplaint({ openedAtMs: YEAR_2286_MS })),
  ),
  bad('born in the year 1', 'value_out_of_range', (scene) => event(scene, {}, { type: 'profile', birthYear: 1 })),
  bad('NaN', 'value_out_of_range', (scene) => event(scene, {}, sentiment(Number.NaN))),
  bad('infinity', 'value_out_of_range', (scene) => event(scene, {}, sentiment(Infinity))),
  bad('unspecified direction', 'value_out_of_range', (scene) =>
    event(scene, {}, sampleCall({ direction: 'unspecified' })),
  ),
];

function largeEvent(scene: RubbishScene): Buffer {
  return event(scene, {}, sampleCall({ imeiHash: 'f'.repeat(TEN_MB) }));
}

function strangerRecord(scene: RubbishScene): LogRubbish {
  return { key: scene.strangerId, value: event(scene, { subscriberId: scene.strangerId }) };
}

function sentiment(value: number): EventBody {
  return { type: 'social_mention', source: 'forum', matchedTerms: [], sentiment: value };
}
