import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  STATE_VERSION,
  decodeSubscriber,
  encodeSubscriber,
} from '../../../services/core/subscriber/subscriber-codec.ts';
import { newSubscriber } from '../../../services/core/subscriber/subscriber-state.ts';
import { arbitraryLog } from '../../support/arbitrary-events.ts';
import { arbitraryState } from '../../support/arbitrary-state.ts';
import { foldLog } from '../../support/folded-features.ts';
import { sampleCall, sampleEvent, sampleMessage } from '../../support/sample-events.ts';

const START_MS = Date.UTC(2026, 1, 10);

test('a folded state comes back as it was stored', () => {
  fc.assert(
    fc.property(arbitraryLog({ startMs: START_MS, days: 100, disorderDays: 30, maxEvents: 120 }), (log) => {
      const state = foldLog(log, 'Asia/Shanghai');
      assert.deepEqual(decodeSubscriber(encodeSubscriber(state)), state);
    }),
    { numRuns: 100 },
  );
});

test('a state at the limits of its values comes back as it was stored', () => {
  fc.assert(
    fc.property(arbitraryState(), (state) => {
      assert.deepEqual(decodeSubscriber(encodeSubscriber(state)), state);
    }),
    { numRuns: 500 },
  );
});

test('equal states give equal bytes', () => {
  fc.assert(
    fc.property(arbitraryState(), (state) => {
      const bytes = encodeSubscriber(state);
      assert.deepEqual(encodeSubscriber(decodeSubscriber(bytes)), bytes);
    }),
    { numRuns: 200 },
  );
});

test('cut off anywhere, bytes are refused and never read as another state', () => {
  fc.assert(
    fc.property(arbitraryState(), fc.double({ min: 0, max: 0.999, noNaN: true }), (state, share) => {
      const bytes = encodeSubscriber(state);
      assert.throws(() => decodeSubscriber(bytes.subarray(0, Math.floor(bytes.length * share))), RangeError);
    }),
    { numRuns: 300 },
  );
});

test('a state stored before predictions were kept is still read', () => {
  fc.assert(
    fc.property(arbitraryLog({ startMs: START_MS, days: 40, disorderDays: 3, maxEvents: 40 }), (log) => {
      const state = foldLog(log, 'UTC');
      const bytes = encodeSubscriber(state);
      const predicted = encodeSubscriber({
        ...state,
        prediction: { slot: 5, riskScore: 0, wasHigh: false, contacted: false, version: 0 },
      });
      // The one byte that says "no prediction" stands where the two begin to differ.
      const at = bytes.findIndex((byte, i) => byte !== predicted[i]);
      const former = Uint8Array.of(2, ...bytes.subarray(1, at), ...bytes.subarray(at + 1));
      assert.deepEqual(decodeSubscriber(former), state);
    }),
    { numRuns: 50 },
  );
});

test('a prediction takes seven bytes more than none', () => {
  const state = newSubscriber(START_MS);
  const slot = Math.floor(START_MS / 300_000) - 30;
  const bytes = encodeSubscriber(state).length;
  const prediction = { slot, riskScore: Math.fround(0.31), wasHigh: true, contacted: true, version: 3 };
  assert.equal(encodeSubscriber({ ...state, prediction }).length - bytes, 5);
  assert.equal(encodeSubscriber({ ...state, prediction: { ...prediction, slot: slot - 8_640 } }).length - bytes, 7);
});

test('bytes of another version and bytes with something behind them are refused', () => {
  const bytes = encodeSubscriber(newSubscriber(START_MS));
  assert.throws(() => decodeSubscriber(Uint8Array.of(STATE_VERSION + 1, ...bytes.subarray(1))), RangeError);
  assert.throws(() => decodeSubscriber(Uint8Array.of(...bytes, 0)), RangeError);
});

test('random bytes are refused or read, but nothing else happens', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
      try {
        decodeSubscriber(Uint8Array.of(STATE_VERSION, ...noise));
      } catch (error) {
        assert.ok(error instanceof RangeError);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a quiet day costs nothing and a day of use a few bytes', () => {
  const day = 86_400_000;
  const daily = Array.from({ length: 60 }, (_, i) => sampleEvent(sampleCall(), START_MS + i * day));
  const sparse = [sampleEvent(sampleMessage(), START_MS), sampleEvent(sampleMessage(), START_MS + 59 * day)];
  const bytesOf = (log: typeof daily): number => {
    const state = foldLog(log, 'Asia/Shanghai');
    for (const tile of state.tiles) tile.prints = [];
    return encodeSubscriber(state).length;
  };
  assert.ok(bytesOf(sparse) < 80, `two messages: ${bytesOf(sparse)} bytes`);
  assert.ok(bytesOf(daily) < 80 + 60 * 15, `60 days of calls: ${bytesOf(daily)} bytes`);
});
