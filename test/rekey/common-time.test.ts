import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NEW_PARTITION } from '../../services/core/partition/partition-record.ts';
import type { PartitionRecord } from '../../services/core/partition/partition-record.ts';
import { SLOTS_PER_DAY, SLOT_MS } from '../../services/core/time/daily-moment.ts';
import { commonTimeOf, slotAfterMove, slotsBehind } from '../../services/rekey/common-time.ts';

function standingAt(slot: number): PartitionRecord {
  const watermarkMs = (slot - 1) * SLOT_MS;
  return {
    ...NEW_PARTITION,
    time: { watermarkMs, highestEventMs: undefined, feeds: { voice: watermarkMs, account: watermarkMs + slot } },
    sweep: { slot, index: 0 },
  };
}

/** The first slot from `from` on that is a subscriber's moment. */
function nextMoment(from: number, slotOfDay: number): number {
  let slot = from;
  while (slot % SLOTS_PER_DAY !== slotOfDay) slot++;
  return slot;
}

test('partitions that stand at one time go on at it, and nobody is scored at another time of the day', () => {
  const records = [standingAt(5_000), standingAt(5_000), NEW_PARTITION];
  const common = commonTimeOf(records);
  assert.deepEqual(common, { time: standingAt(5_000).time, sweep: { slot: 5_000, index: 0 } });
  for (const record of records) assert.equal(slotsBehind(record, common), 0);
  for (let slotOfDay = 0; slotOfDay < SLOTS_PER_DAY; slotOfDay++) {
    assert.equal(slotAfterMove(slotOfDay, 0, common), slotOfDay);
  }
});

test('of partitions apart the most advanced gives the time, and each daily moment is taken once', () => {
  const slot = fc.integer({ min: 100_000, max: 200_000 });
  const behind = fc.integer({ min: 0, max: SLOTS_PER_DAY - 1 });
  fc.assert(
    fc.property(slot, behind, fc.nat(SLOTS_PER_DAY - 1), (front, apart, slotOfDay) => {
      const own = standingAt(front - apart);
      const common = commonTimeOf([own, standingAt(front)]);
      assert.deepEqual(common.time, standingAt(front).time);
      assert.equal(slotsBehind(own, common), apart);
      const due = nextMoment(front - apart, slotOfDay);
      const taken = nextMoment(common.sweep?.slot ?? 0, slotAfterMove(slotOfDay, apart, common));
      // Not a second time before it was due, and not a day later.
      assert.ok(taken >= due && taken - due <= apart, `due at ${due}, taken at ${taken}`);
    }),
  );
});

test('before the first watermark there is nothing to go on from', () => {
  assert.deepEqual(commonTimeOf([NEW_PARTITION]), { time: NEW_PARTITION.time, sweep: undefined });
  assert.equal(slotAfterMove(7, 0, commonTimeOf([NEW_PARTITION])), 7);
});
