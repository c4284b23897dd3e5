import type { Outcome } from '../core/outcome.ts';
import { accepted, refused } from '../core/outcome.ts';
import type { ReportedOutcome } from '../core/work-orders/reported-outcome.ts';
import { OutcomeSchema } from './gen/retention/v1/work_order_pb.ts';
import { compilePlainReader, readPlain } from './plain-reader.ts';
import { compilePlainWriter } from './plain-writer.ts';

const read = compilePlainReader(OutcomeSchema);
const write = compilePlainWriter(OutcomeSchema);

export function encodeReportedOutcome(report: ReportedOutcome): Uint8Array {
  return write(report);
}

/** Reads a `retention.v1.Outcome`; says what is wrong without repeating any of its content. */
export function decodeReportedOutcome(bytes: Uint8Array): Outcome<ReportedOutcome, 'undecodable'> {
  const plain = readPlain(read, bytes);
  if (!plain.ok) return plain;
  if (!isReport(plain.value)) return refused('undecodable', 'not an outcome');
  if (plain.value.outcomeId === '') return refused('undecodable', 'outcomeId is empty');
  if (plain.value.workOrderId === '') return refused('undecodable', 'workOrderId is empty');
  return accepted(plain.value);
}

/** The reader is compiled from the contract that the core type mirrors: what is left to see is which one it was. */
function isReport(plain: object): plain is ReportedOutcome {
  return 'outcomeId' in plain;
}
