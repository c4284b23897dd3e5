import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import type { InstallationTopics } from '../../support/installation.ts';
import { sampleCall, sampleEvent, sampleParty } from '../../support/sample-events.ts';
import { writtenWays } from './markers.ts';
import { DAY_MS, START_MS } from './operator-rows.ts';

export interface ForeignRecords {
  /** Of the input log; all are to be parked. */
  readonly log: readonly OutgoingRecord[];
  /** Of the topics that the desk reads; all are to be parked. */
  readonly desk: readonly OutgoingRecord[];
  /** A sound one about a work order, with more in it than is asked for. */
  readonly report: OutgoingRecord;
}

/**
 * Records with a number that others than the service write to its topics, past intake.
 *
 * @param order path of the work order that is reported about.
 * @param partitionOf where an event with a key belongs.
 */
export function foreignRecords(
  topics: InstallationTopics,
  number: string,
  order: string,
  partitionOf: (key: string) => number,
): ForeignRecords {
  const { input, alert, outcome } = topics;
  const partition = partitionOf(number);
  const atMs = START_MS + 10 * DAY_MS;
  const texts = writtenWays(number).flatMap((written) => [
    Buffer.from(`msisdn=${written}`),
    Buffer.from(`{"msisdn": "${written}"}`, 'utf16le'),
  ]);
  const clear = sampleEvent(sampleCall(), atMs, { subscriberId: number, eventId: 'foreign-1' });
  const party = sampleEvent(sampleCall({ otherParty: sampleParty({ partyId: number }) }), atMs, {
    subscriberId: 'k1-foreign',
    eventId: 'foreign-2',
  });
  const report = (workOrderId: string): OutgoingRecord => ({
    topic: outcome,
    partition: 0,
    key: number,
    value: Buffer.from(
      JSON.stringify({ outcomeId: 'crm-1', workOrderId, occurredAtMs: atMs, result: 'won', comment: `call ${number}` }),
    ),
    headers: { msisdn: number },
  });
  return {
    log: [
      ...texts.map((value): OutgoingRecord => ({ topic: input, partition, key: number, value })),
      { topic: input, partition, key: number, value: null },
      { topic: input, partition, key: number, value: encodeLogRecord(clear) },
      { topic: input, partition, key: 'k1-somebody', value: encodeLogRecord(clear) },
      { topic: input, partition: partitionOf('k1-foreign'), key: 'k1-foreign', value: encodeLogRecord(party) },
      {
        topic: input,
        partition,
        key: 'k1-somebody',
        value: Buffer.from('?'),
        headers: { msisdn: number, [number]: 'x' },
      },
    ],
    desk: [
      ...texts.map((value): OutgoingRecord => ({ topic: alert, partition: 0, key: number, value })),
      ...texts.map((value): OutgoingRecord => ({ topic: outcome, partition: 0, key: number, value })),
      report(number),
    ],
    report: report(order.split('/').at(-1) ?? ''),
  };
}
