import { Type } from 'typebox';
import type { Static } from 'typebox';
import { isDeepStrictEqual } from 'node:util';
import { withoutNumbers } from '../../core/events/raw-number.ts';
import type { Outcome } from '../../core/outcome.ts';
import { accepted, refused } from '../../core/outcome.ts';
import type { WorkOrderCommand } from '../../core/work-orders/decide.ts';
import { moveToTmfState } from '../../core/work-orders/move-to-tmf-state.ts';
import { tmfStates } from '../../core/work-orders/tmf-state.ts';
import type { WorkOrder } from '../../core/work-orders/work-order.ts';
import { orderPriorities } from '../../core/work-orders/work-order.ts';
import { isCauseCode } from '../cause-codes.ts';
import type { TmfUrls } from './tmf-urls.ts';
import { noteSchema, relatedPartySchema, workOrderItemSchema } from './work-order-schema.ts';
import { REPRESENTATIVE_ROLE, toTmfWorkOrder } from './work-order-view.ts';

/**
 * Merge patch of a work order. The TMF697 file requires `workOrderItem` even here; TMF630 makes PATCH partial, so this
 * does not. Phone numbers are left out of notes and reasons. Of the items only the characteristics `cause` and `offerId` are the client's to set; attributes that the
 * server sets may be sent back as they are, but not changed.
 */
export const workOrderPatchSchema = Type.Object(
  {
    state: Type.Optional(Type.Enum([...tmfStates])),
    priority: Type.Optional(Type.Enum([...orderPriorities])),
    note: Type.Optional(noteSchema),
    cancellationReason: Type.Optional(Type.String({ maxLength: 1000 })),
    relatedParty: Type.Optional(Type.Array(relatedPartySchema)),
    workOrderItem: Type.Optional(Type.Array(workOrderItemSchema, { minItems: 1, maxItems: 1 })),
  },
  { title: 'WorkOrder_Update', additionalProperties: true },
);
export type WorkOrderPatch = Static<typeof workOrderPatchSchema>;

const patchable: ReadonlySet<string> = new Set(Object.keys(workOrderPatchSchema.properties));

export type PatchRefusal = 'not_patchable' | 'invalid_value' | 'illegal_transition';

/** The commands that a patch amounts to for this order, attributes before the state so that one patch can end it. */
export function commandsForPatch(
  order: WorkOrder,
  patch: WorkOrderPatch,
  context: { readonly urls: TmfUrls; readonly atMs: number },
): Outcome<readonly WorkOrderCommand[], PatchRefusal> {
  const fixed = changedFixedAttribute(order, patch, context.urls);
  if (fixed !== undefined) return refused('not_patchable', `${fixed} is set by the server`);
  const found = characteristicsOf(patch);
  if (!found.ok) return found;
  const { cause, offerId } = found.value;
  const { priority, note, cancellationReason, state } = patch;
  const reason = withoutNumber(cancellationReason);
  const attributes = {
    priority,
    // What agents write is kept and published: a caller's number must not be.
    note: note && { text: withoutNumbers(note.text), author: withoutNumber(note.author), atMs: context.atMs },
    cause,
    offerId,
  };
  const said = Object.values(attributes).some((value) => value !== undefined);
  const amendment: WorkOrderCommand[] = said ? [{ type: 'amend', ...attributes }] : [];
  const move = state === undefined ? accepted([]) : moveToTmfState(order, state, { cause, offerId, reason });
  return move.ok ? accepted([...amendment, ...assignment(patch), ...move.value]) : move;
}

function withoutNumber(text: string | undefined): string | undefined {
  return text === undefined ? undefined : withoutNumbers(text);
}

/** A server-set attribute that the patch would change; one sent back unchanged is no change. */
function changedFixedAttribute(order: WorkOrder, patch: WorkOrderPatch, urls: TmfUrls): string | undefined {
  const current = new Map(Object.entries(toTmfWorkOrder(order, urls)));
  return Object.entries(patch)
    .filter(([name]) => !patchable.has(name))
    .find(([name, value]) => !isDeepStrictEqual(value, asJson(current.get(name))))?.[0];
}

function asJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function assignment(patch: WorkOrderPatch): readonly WorkOrderCommand[] {
  const representative = patch.relatedParty?.find(({ role }) => role === REPRESENTATIVE_ROLE);
  return representative === undefined ? [] : [{ type: 'assign', representativeId: representative.id }];
}

function characteristicsOf(
  patch: WorkOrderPatch,
): Outcome<Pick<Extract<WorkOrderCommand, { type: 'amend' }>, 'cause' | 'offerId'>, 'invalid_value'> {
  const given = patch.workOrderItem?.flatMap(({ work }) => work?.workCharacteristic ?? []) ?? [];
  const values = new Map(given.map(({ name, value }) => [name, value]));
  const cause = values.get('cause');
  const offerId = values.get('offerId');
  if (cause !== undefined && !isCauseCode(cause))
    return refused('invalid_value', 'cause is not one of the known causes');
  if (offerId !== undefined && typeof offerId !== 'string') return refused('invalid_value', 'offerId is not text');
  return accepted({ cause, offerId });
}
