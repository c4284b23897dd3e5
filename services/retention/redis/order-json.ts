import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { causeCodes } from '../cause-codes.ts';
import type { Reason } from '../../core/risk/risk.ts';
import { deskStates } from '../../core/work-orders/desk-state.ts';
import type { OrderNotice } from '../../core/work-orders/order-notice.ts';
import { noticeTypes } from '../../core/work-orders/order-notice.ts';
import type { WorkOrder } from '../../core/work-orders/work-order.ts';
import { orderPriorities } from '../../core/work-orders/work-order.ts';
import { vectorFromText, vectorToText } from './vector-text.ts';

const reasonSchema = Type.Object({
  story: Type.Optional(Type.String()),
  feature: Type.String(),
  value: Type.Optional(Type.Number()),
  typicalValue: Type.Optional(Type.Number()),
  unit: Type.String(),
  direction: Type.Enum(['raises', 'lowers']),
  contribution: Type.Number(),
  share: Type.Optional(Type.Number()),
  textEn: Type.String(),
  textZh: Type.String(),
});

const orderSchema = Type.Object({
  id: Type.String(),
  alertId: Type.String(),
  subscriberId: Type.String(),
  episode: Type.Integer(),
  version: Type.Integer(),
  state: Type.Enum([...deskStates]),
  hold: Type.Enum(['held', 'pending']),
  cancellation: Type.Enum(['none', 'assessing', 'accepted']),
  rejected: Type.Boolean(),
  priority: Type.Enum([...orderPriorities]),
  risk: Type.Object({
    riskScore: Type.Number(),
    riskBand: Type.Enum(['low', 'medium', 'high']),
    asOfMs: Type.Number(),
    modelVersion: Type.String(),
    policyVersion: Type.String(),
    staleFeeds: Type.Array(Type.String()),
  }),
  reasons: Type.Array(reasonSchema),
  // Orders from before reasons were grouped have none of the next five.
  protectiveReasons: Type.Optional(Type.Array(reasonSchema)),
  baseMargin: Type.Optional(Type.Number()),
  rawMargin: Type.Optional(Type.Number()),
  vector: Type.Optional(Type.String()),
  featureSchemaSha256: Type.Optional(Type.String()),
  monthlyValueMinor: Type.Optional(Type.Number()),
  createdAtMs: Type.Number(),
  dueAtMs: Type.Number(),
  stateChangedAtMs: Type.Number(),
  startedAtMs: Type.Optional(Type.Number()),
  snoozedUntilMs: Type.Optional(Type.Number()),
  closedAtMs: Type.Optional(Type.Number()),
  representativeId: Type.Optional(Type.String()),
  note: Type.Optional(Type.Object({ text: Type.String(), author: Type.Optional(Type.String()), atMs: Type.Number() })),
  cause: Type.Enum([...causeCodes]),
  offerId: Type.String(),
  cancellationReason: Type.Optional(Type.String()),
  outcomeId: Type.Optional(Type.String()),
});

const noticeSchema = Type.Object({
  eventId: Type.String(),
  type: Type.Enum([...noticeTypes]),
  atMs: Type.Number(),
  order: orderSchema,
});

const orderValidator = Compile(orderSchema);
const noticeValidator = Compile(noticeSchema);

/** Stored text that is not what this service writes: another version's, or a foreign hand's. */
export class StoredOrderError extends Error {
  override readonly name = 'StoredOrderError';
}

export function formatStoredOrder(order: WorkOrder): string {
  return JSON.stringify(toStored(order));
}

export function formatStoredNotice(notice: OrderNotice): string {
  return JSON.stringify({ ...notice, order: toStored(notice.order) });
}

/** @throws StoredOrderError for JSON that is no order. */
export function parseStoredOrder(text: string): WorkOrder {
  const stored: unknown = JSON.parse(text);
  if (!orderValidator.Check(stored)) throw new StoredOrderError('a stored work order does not fit its schema');
  return toOrder(stored);
}

export function parseStoredNotice(text: string): OrderNotice {
  const stored: unknown = JSON.parse(text);
  if (!noticeValidator.Check(stored)) throw new StoredOrderError('a stored notice does not fit its schema');
  return { ...stored, order: toOrder(stored.order) };
}

function toStored(order: WorkOrder): object {
  return { ...order, vector: vectorToText(order.vector) };
}

/** An order from before reasons were grouped is read as an alert of that time is: each feature is its own story. */
function toOrder(stored: Static<typeof orderSchema>): WorkOrder {
  const reasons = [...stored.reasons, ...(stored.protectiveReasons ?? [])].map(toReason);
  const vector = vectorFromText(stored.vector ?? '');
  if (vector === undefined) throw new StoredOrderError('the vector of a stored work order is no list of float32');
  return {
    ...stored,
    reasons: reasons.filter(({ direction }) => direction === 'raises'),
    protectiveReasons: reasons.filter(({ direction }) => direction === 'lowers'),
    vector,
  };
}

function toReason(stored: Static<typeof reasonSchema>): Reason {
  const { story = stored.feature, value, typicalValue, share = 0 } = stored;
  return { ...stored, story, value, typicalValue, share };
}
