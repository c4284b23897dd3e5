import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import { readLogRecord } from '../../services/contracts/read-log-record.ts';
import { sampleCall, sampleEvent, sampleProgress } from '../support/sample-events.ts';

const AT_MS = Date.UTC(2026, 1, 10);
const origin = { key: 's1', timestampMs: AT_MS };

function reasonOf(value: Uint8Array | null): string {
  const read = readLogRecord(value, origin);
  return read.ok ? 'read' : read.reason;
}

function call(changes: Parameters<typeof sampleEvent>[2], body = sampleCall()): Uint8Array {
  return encodeLogRecord(sampleEvent(body, AT_MS, { subscriberId: 's1', ...changes }));
}

test('a record of a plausible size is read', () => {
  assert.equal(reasonOf(call({})), 'read');
  assert.equal(reasonOf(call({ eventId: 'e'.repeat(200) })), 'read');
  assert.equal(reasonOf(call({}, sampleCall({ imeiHash: 'f'.repeat(60_000) }))), 'read');
});

test('what would make a state, a key or a header too large for its keeper is refused before it is decoded', () => {
  assert.equal(reasonOf(call({}, sampleCall({ imeiHash: 'f'.repeat(66_000) }))), 'too_large');
  assert.equal(reasonOf(Buffer.alloc(66_000)), 'too_large');
  assert.equal(reasonOf(call({ eventId: 'e'.repeat(201) })), 'value_out_of_range');
  assert.equal(reasonOf(call({ feed: 'f'.repeat(201) })), 'value_out_of_range');
  assert.equal(reasonOf(encodeLogRecord(sampleProgress('f'.repeat(201), AT_MS))), 'value_out_of_range');
});

test('no value is no record', () => {
  assert.equal(reasonOf(null), 'no_value');
});
