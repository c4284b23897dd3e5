import { WINDOW_RECORDS } from '../../core/partition/rubbish-window.ts';

/** The record at which a partition stops; it is neither parked nor passed. */
export interface RefusedRecord {
  readonly offset: bigint;
  readonly reason: string;
  /** For people; never a field's content. */
  readonly detail: string;
}

/**
 * So many of a partition's last records cannot be used that someone must look: going on would park the feed itself. The
 * log decides it, so that another process stops at the same record.
 */
export class RubbishShareError extends Error {
  override readonly name = 'RubbishShareError';
  /** Records among the last 1,000, this one among them. */
  readonly rubbish: number;
  /** Of the record at which the partition stops. */
  readonly offset: bigint;

  constructor(rubbish: number, { offset, reason, detail }: RefusedRecord) {
    super(
      `${rubbish} of the last ${WINDOW_RECORDS} records cannot be used: a bad deploy? It stops before offset ${offset} ` +
        `(${reason}: ${detail}). Mend what writes the topic, or what reads it; to park the rest and go on all the ` +
        'same, restart with CHURN_RUBBISH_SHARE=1. What is parked can be fed back in with npm run dead-letters',
    );
    this.rubbish = rubbish;
    this.offset = offset;
  }
}
