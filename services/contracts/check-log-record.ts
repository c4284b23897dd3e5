import type { LogRecord } from '../core/events/subscriber-event.ts';
import { SubscriberEventSchema } from './gen/telco/v1/subscriber_event_pb.ts';
import { PlainMisfit, compilePlainChecker } from './plain-checker.ts';

/** An outcome whose refusal also tells field and expectation apart. Nothing in it holds any of the value. */
export type CheckedRecord =
  | { readonly ok: true; readonly value: LogRecord }
  | {
      readonly ok: false;
      readonly reason: 'misfit';
      readonly detail: string;
      /** In core's plain names, nested by dots, e.g. "body.otherParty.network"; '' for the whole record. */
      readonly field: string;
      /** E.g. "an integer from 0 to 4294967295". */
      readonly expected: string;
    };

const check = compilePlainChecker(SubscriberEventSchema);

/**
 * Parsed JSON in core's plain form as a record of the input log, in a fresh object. What is left out or null takes its
 * default, but a body must be there; fields that the contract does not know are refused. What the record says is not
 * judged here: that is validateRecord's part.
 */
export function checkLogRecord(plain: unknown): CheckedRecord {
  try {
    const record = check(plain);
    if (isLogRecord(record)) return { ok: true, value: record };
    return misfit(new PlainMisfit('body', 'an object'));
  } catch (error) {
    if (error instanceof PlainMisfit) return misfit(error);
    throw error;
  }
}

function misfit({ message, field, expected }: PlainMisfit): CheckedRecord {
  return { ok: false, reason: 'misfit', detail: message, field, expected };
}

/** The checker is compiled from the same contract as the types: what is left to see is that a body is there. */
function isLogRecord(record: object): record is LogRecord {
  return 'body' in record && record.body !== undefined;
}
