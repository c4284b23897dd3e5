import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import { DEAD_LETTER_SUFFIX } from '../../services/platform/kafka/dead-letter.ts';
import { createPartitionOf } from '../../services/platform/kafka/partition.ts';
import type { OutgoingRecord } from '../../services/platform/kafka/record.ts';
import { openInstallation } from '../support/installation.ts';
import { recordsOf, sendRecords } from '../support/installation-log.ts';
import type { PlacedRecord } from '../support/installation-log.ts';
import { countsOf, partitionRecordsOf, subscribersOf, untilSettled } from '../support/installation-state.ts';
import { at } from '../support/regular-life.ts';
import { sampleCall, sampleEvent, sampleProgress } from '../support/sample-events.ts';
import { startScorer } from '../support/scorer-process.ts';

const YEAR_2286_MS = Date.UTC(2286, 0, 1);
const PARTITIONS = 2;
const partitionOf = createPartitionOf(PARTITIONS);
const [known = '', stranger = ''] = [0, 1].map((partition) => idIn(partition));

/** A record of the known subscriber, sent to that one's partition whatever its key. */
function record(value: Uint8Array | null, changes: Partial<OutgoingRecord> = {}): OutgoingRecord {
  return { topic: '', partition: partitionOf(known), key: known, value, headers: { origin: 'switch 7' }, ...changes };
}

function encodedCall(changes: Parameters<typeof sampleEvent>[2] & { readonly atMs?: number }): Uint8Array {
  return encodeLogRecord(sampleEvent(sampleCall(), changes.atMs ?? at(20, 2), { subscriberId: known, ...changes }));
}

const cases: readonly (readonly [reason: string, bad: OutgoingRecord])[] = [
  ['no_value', record(null)],
  ['undecodable', record(Buffer.from('ff not a record at all'))],
  ['undecodable', record(encodedCall({}).subarray(0, -3))],
  ['missing_field', record(encodedCall({ eventId: '' }))],
  ['key_mismatch', record(encodedCall({}), { key: `${known}-x` })],
  ['key_mismatch', record(encodedCall({}), { key: null })],
  ['from_the_future', record(encodedCall({ atMs: YEAR_2286_MS }))],
  ['wrong_partition', record(encodedCall({ subscriberId: stranger }), { key: stranger })],
  ['late', record(encodedCall({ atMs: at(12, 23) }))],
];

test('a record that cannot be used is parked once, untouched, with its origin and reason; the rest goes on', async (t) => {
  const shop = await openInstallation(t, { partitions: PARTITIONS });
  const good = (day: number) => sampleEvent(sampleCall(), at(day, 1), { subscriberId: known });
  const scorer = await startScorer(shop);
  await sendRecords(shop, [good(0), good(20), sampleProgress('voice', at(20, 1))]);
  for (const [, bad] of cases) await shop.producer.send([{ ...bad, topic: shop.topics.input }]);
  await sendRecords(shop, [good(21)]);
  await untilSettled(shop);

  const { folded, duplicates, late, parked } = await countsOf(shop);
  assert.deepEqual(
    { folded, duplicates, late, parked },
    { folded: 3, duplicates: 0, late: 1, parked: cases.length - 1 },
  );
  assert.deepEqual([...(await subscribersOf(shop)).keys()], [known]);
  assert.deepEqual((await partitionRecordsOf(shop))[partitionOf(known)]?.parkedByReason, {
    no_value: 1,
    undecodable: 2,
    missing_field: 1,
    key_mismatch: 2,
    from_the_future: 1,
    wrong_partition: 1,
    late: 1,
  });

  const sent = (await recordsOf(shop, shop.topics.input)).filter(({ headers }) => 'origin' in headers);
  const letters = await recordsOf(shop, `${shop.topics.input}${DEAD_LETTER_SUFFIX}`);
  assert.deepEqual(
    letters.map((letter) => ({
      ...originOf(letter),
      partition: letter.partition,
      key: letter.key,
      value: letter.value,
    })),
    sent.map(({ offset, timestampMs, key, value }, i) => ({
      topic: shop.topics.input,
      originalPartition: partitionOf(known),
      offset,
      timestampMs: BigInt(timestampMs),
      timestampType: 'CREATE_TIME',
      group: shop.settings['CHURN_SCORER_GROUP'],
      reason: cases[i]?.[0],
      kept: 'switch 7',
      partition: partitionOf(known),
      key,
      value,
    })),
  );
  assert.ok(letters.every(({ headers }) => (headers['kafka_dlt-exception-message']?.length ?? 0) > 0));
  assert.equal(await scorer.metric('churn_dead_letters_total', { reason: 'undecodable' }), 2);
});

/** Headers by Spring Kafka's names, in its binary encodings. */
function originOf({ headers }: PlacedRecord) {
  const header = (name: string): Buffer => headers[`kafka_dlt-${name}`] ?? Buffer.alloc(0);
  return {
    topic: header('original-topic').toString(),
    originalPartition: header('original-partition').readInt32BE(),
    offset: header('original-offset').readBigInt64BE(),
    timestampMs: header('original-timestamp').readBigInt64BE(),
    timestampType: header('original-timestamp-type').toString(),
    group: header('original-consumer-group').toString(),
    reason: header('exception-fqcn').toString(),
    kept: headers['origin']?.toString(),
  };
}

function idIn(partition: number): string {
  for (let i = 0; ; i++) if (partitionOf(`k1-person${i}`) === partition) return `k1-person${i}`;
}
