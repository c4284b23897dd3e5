import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeLogRecord, encodeLogRecord } from '../../services/contracts/log-record.ts';
import { decodeReportedOutcome, encodeReportedOutcome } from '../../services/contracts/reported-outcome.ts';
import { decodeRiskAlert, encodeRiskAlert } from '../../services/contracts/risk.ts';
import {
  NEW_PARTITION,
  formatPartitionRecord,
  parsePartitionRecord,
} from '../../services/core/partition/partition-record.ts';
import { decodeSubscriber, encodeSubscriber } from '../../services/core/subscriber/subscriber-codec.ts';
import { createOutcomeDecoder } from '../../services/retention/decode-outcome.ts';
import { decodeOutboxEntry, encodeOutboxEntry } from '../../services/scorer/outbox-entry.ts';
import { arbitraryBody } from '../support/arbitrary-events.ts';
import { arbitraryState } from '../support/arbitrary-state.ts';
import { sampleAlert } from '../support/sample-alert.ts';
import { sampleEvent, sampleProgress } from '../support/sample-events.ts';

const START_MS = Date.UTC(2026, 1, 10);
/** For a value of some kilobytes; a reader that goes wrong takes all there is. */
const MEMORY_LIMIT_BYTES = 256 * 1_048_576;
const RUNS = 3_000;

/** Flips, cuts, repeats and strange lengths: what a broken writer or disk makes of sound bytes. */
function mutated(sound: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Buffer> {
  const change = fc.oneof(
    fc.record({ type: fc.constant('flip' as const), at: fc.nat(), to: fc.nat(255) }),
    fc.record({ type: fc.constant('cut' as const), at: fc.nat() }),
    fc.record({ type: fc.constant('insert' as const), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 12 }) }),
    fc.record({ type: fc.constant('huge' as const), at: fc.nat() }),
    fc.record({ type: fc.constant('repeat' as const), at: fc.nat() }),
  );
  return fc.tuple(sound, fc.array(change, { minLength: 1, maxLength: 4 })).map(([bytes, changes]) => {
    let result = Buffer.from(bytes);
    for (const made of changes) {
      const at = result.length === 0 ? 0 : made.at % result.length;
      const [head, tail] = [result.subarray(0, at), result.subarray(at)];
      if (made.type === 'flip' && result.length > 0) result[at] = made.to;
      else if (made.type === 'cut') result = Buffer.from(head);
      else if (made.type === 'insert') result = Buffer.concat([head, made.bytes, tail]);
      else if (made.type === 'huge') result = Buffer.concat([head, Buffer.from('ffffffff0f', 'hex'), tail]);
      else if (made.type === 'repeat') result = Buffer.concat([head, tail, tail]);
    }
    return result;
  });
}

function hostile(sound: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Buffer> {
  const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  return fc.oneof({ weight: 1, arbitrary: noise }, { weight: 3, arbitrary: mutated(sound) });
}

/** Once with a seed that is always the same, once by chance; the seed of a failure is told. */
function holds(bytes: fc.Arbitrary<Buffer>, read: (bytes: Buffer) => void): void {
  const before = process.memoryUsage.rss();
  const property = fc.property(bytes, read);
  fc.assert(property, { numRuns: RUNS, seed: 42 });
  fc.assert(property, { numRuns: RUNS });
  const grown = process.memoryUsage.rss() - before;
  assert.ok(grown < MEMORY_LIMIT_BYTES, `${grown} bytes more than before`);
}

/** What is stored may also be refused by a throw, of an error that says what is wrong, and no other. */
function orRefuses(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    const isRefusal = error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
    assert.ok(isRefusal || (error instanceof Error && error.constructor === Error), String(error));
    // A field of undefined is a bug, not a refusal.
    assert.doesNotMatch(error.message, /undefined|is not a function|is not iterable|call stack/i);
  }
}

const event = fc
  .tuple(arbitraryBody(), fc.nat(1e9))
  .map(([bodyAt, afterMs]) => encodeLogRecord(sampleEvent(bodyAt(START_MS + afterMs, START_MS), START_MS + afterMs)));
const mark = fc.nat(1e9).map((afterMs) => encodeLogRecord(sampleProgress('voice', START_MS + afterMs)));

test('any bytes are a record of the input log or refused', () => {
  holds(hostile(fc.oneof(event, event, mark)), (bytes) => {
    const read = decodeLogRecord(bytes);
    if (!read.ok) assert.equal(read.reason, 'undecodable');
  });
});

test('any bytes are an alert or refused', () => {
  holds(hostile(fc.constant(encodeRiskAlert(sampleAlert()))), (bytes) => {
    const read = decodeRiskAlert(bytes);
    if (!read.ok) assert.equal(read.reason, 'undecodable');
  });
});

test('any bytes are a reported outcome, in protobuf or JSON, or refused', () => {
  const report = {
    outcomeId: 'out-1',
    workOrderId: 'wo-1',
    occurredAtMs: START_MS,
    result: 'won',
    cause: 'price',
    offerId: 'offer-1',
    representativeId: 'rep-1',
  } as const;
  const decode = createOutcomeDecoder(decodeReportedOutcome);
  const sound = fc.constantFrom<Uint8Array>(encodeReportedOutcome(report), Buffer.from(JSON.stringify(report)));
  holds(hostile(sound), (bytes) => {
    const read = decode(bytes);
    if (!read.ok) assert.equal(read.reason, 'undecodable');
  });
});

test('any bytes are the state of a subscriber or refused by name', () => {
  holds(hostile(arbitraryState().map(encodeSubscriber)), (bytes) => {
    orRefuses(() => decodeSubscriber(bytes));
  });
});

test('any bytes are an entry of an outbox or refused by name', () => {
  const entry = fc
    .uint8Array({ maxLength: 200 })
    .map((value) => encodeOutboxEntry({ kind: 'alert', id: 'al-1', subscriberId: 's1', eventTimeMs: START_MS, value }));
  holds(hostile(entry), (bytes) => {
    orRefuses(() => decodeOutboxEntry(bytes));
  });
});

test('any text is the control record of a partition or refused by name', () => {
  const record = { ...NEW_PARTITION, rubbish: [[3, 4]] as const, time: { ...NEW_PARTITION.time, feeds: { voice: 1 } } };
  holds(hostile(fc.constant(Buffer.from(formatPartitionRecord(record)))), (bytes) => {
    orRefuses(() => parsePartitionRecord(bytes.toString()));
  });
});
