import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Outcome } from '../core/outcome.ts';
import { accepted, refused } from '../core/outcome.ts';
import type { ReportedOutcome } from '../core/work-orders/reported-outcome.ts';
import { causeCodes } from './cause-codes.ts';

const OPENING_BRACE = 0x7b;

/** Ids are short; what is not would travel on every event of its order. */
const MAX_TEXT = 200;

const jsonOutcome = Compile(
  Type.Object({
    outcomeId: Type.String({ minLength: 1, maxLength: MAX_TEXT }),
    workOrderId: Type.String({ minLength: 1, maxLength: MAX_TEXT }),
    occurredAtMs: Type.Integer(),
    result: Type.Enum(['won', 'lost', 'unreachable', 'expired', 'cancelled']),
    cause: Type.Optional(Type.Enum([...causeCodes])),
    offerId: Type.Optional(Type.String({ maxLength: MAX_TEXT })),
    representativeId: Type.Optional(Type.String({ maxLength: MAX_TEXT })),
  }),
);

/**
 * Reads an outcome in protobuf or in JSON with the same field names. No message of the contract starts with the byte of
 * an opening brace (it would be field 15 as a group), so the first byte tells which it is.
 */
export function createOutcomeDecoder(
  decodeProtobuf: (bytes: Uint8Array) => Outcome<ReportedOutcome, 'undecodable'>,
): (bytes: Uint8Array) => Outcome<ReportedOutcome, 'undecodable'> {
  return function decodeOutcome(bytes) {
    const outcome = bytes[0] === OPENING_BRACE ? decodeJson(bytes) : decodeProtobuf(bytes);
    if (!outcome.ok) return outcome;
    const { outcomeId, workOrderId, offerId, representativeId } = outcome.value;
    const isShort = [outcomeId, workOrderId, offerId, representativeId].every((text) => text.length <= MAX_TEXT);
    return isShort ? outcome : refused('undecodable', `an id is longer than ${MAX_TEXT} characters`);
  };
}

function decodeJson(bytes: Uint8Array): Outcome<ReportedOutcome, 'undecodable'> {
  const parsed = parseJson(bytes);
  if (!jsonOutcome.Check(parsed)) return refused('undecodable', 'not an outcome in JSON');
  return accepted({
    ...parsed,
    cause: parsed.cause ?? 'unspecified',
    offerId: parsed.offerId ?? '',
    representativeId: parsed.representativeId ?? '',
  });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
