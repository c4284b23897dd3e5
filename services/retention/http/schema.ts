import { Type } from 'typebox';
import type { Static, TSchema } from 'typebox';

/** A property that may be left out, or be undefined in code: JSON leaves it out either way. */
export function maybe<S extends TSchema>(schema: S): ReturnType<typeof Type.Optional<ReturnType<typeof unsafe<S>>>> {
  return Type.Optional(unsafe(schema));
}

function unsafe<S extends TSchema>(schema: S) {
  return Type.Unsafe<Static<S> | undefined>(schema);
}
