import { Type } from 'typebox';
import type { Static } from 'typebox';
import { maybe } from '../http/schema.ts';
import { tmfStates } from '../../core/work-orders/tmf-state.ts';
import { orderPriorities } from '../../core/work-orders/work-order.ts';

const dateTime = Type.String({ format: 'date-time' });
const optionalTime = maybe(dateTime);
const optionalText = maybe(Type.String());

export const characteristicSchema = Type.Object({
  name: Type.String(),
  valueType: optionalText,
  value: Type.Unknown(),
});
export type TmfCharacteristic = Static<typeof characteristicSchema>;

export const noteSchema = Type.Object({ text: Type.String(), author: optionalText, date: optionalTime });

export const relatedPartySchema = Type.Object({
  id: Type.String(),
  role: optionalText,
  '@referredType': Type.String(),
});

const relatedEntitySchema = Type.Object({
  id: Type.String(),
  href: Type.String(),
  role: Type.String(),
  '@referredType': Type.String(),
});

export const workOrderItemSchema = Type.Object({
  id: Type.String(),
  action: Type.Enum(['add', 'modify', 'delete', 'noChange']),
  state: maybe(Type.Enum([...tmfStates])),
  work: maybe(
    Type.Object({
      name: optionalText,
      description: optionalText,
      workType: optionalText,
      workCharacteristic: maybe(Type.Array(characteristicSchema)),
      '@type': optionalText,
    }),
  ),
});

/**
 * TMF697 v4 WorkOrder, with the attributes that this service uses. All are optional here because `fields=` may leave any
 * of them out; without it the mandatory ones are always there. Marked: priority is text, note is one object.
 */
export const workOrderSchema = Type.Object(
  {
    id: optionalText,
    href: optionalText,
    externalId: maybe(Type.String({ description: 'Id of the alert; the key that makes redelivery harmless.' })),
    category: optionalText,
    description: optionalText,
    priority: maybe(Type.Enum([...orderPriorities], { description: '"0" is the highest.' })),
    state: maybe(Type.Enum([...tmfStates])),
    orderDate: optionalTime,
    startDate: optionalTime,
    requestedCompletionDate: maybe(Type.String({ format: 'date-time', description: 'Due, in working days.' })),
    expectedCompletionDate: optionalTime,
    completionDate: optionalTime,
    cancellationDate: optionalTime,
    cancellationReason: optionalText,
    stateChangeDate: optionalTime,
    version: optionalText,
    note: maybe(noteSchema),
    relatedParty: maybe(Type.Array(relatedPartySchema)),
    relatedEntity: maybe(Type.Array(relatedEntitySchema)),
    workOrderItem: maybe(Type.Array(workOrderItemSchema)),
    '@type': optionalText,
    '@baseType': optionalText,
  },
  { title: 'WorkOrder' },
);
export type TmfWorkOrder = Static<typeof workOrderSchema>;
