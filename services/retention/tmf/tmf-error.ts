import { Type } from 'typebox';
import type { Static } from 'typebox';
import { maybe } from '../http/schema.ts';

/** TMF630 Error; unlike in RFC 9457 the status is text. */
export const tmfErrorSchema = Type.Object(
  { code: Type.String(), reason: Type.String(), message: maybe(Type.String()), status: Type.String() },
  { title: 'Error' },
);
export type TmfError = Static<typeof tmfErrorSchema>;

/** @param code short and stable, for machines; @param message for people. */
export function tmfError(status: number, code: string, reason: string, message?: string): TmfError {
  return { code, reason, message, status: String(status) };
}
