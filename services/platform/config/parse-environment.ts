import type { Static, TObject, TProperties } from 'typebox';
import { Value } from 'typebox/value';

export type ParsedEnvironment<T> =
  { readonly ok: true; readonly value: Readonly<T> } | { readonly ok: false; readonly mistakes: readonly string[] };

/** Exit code of a process that refuses its configuration (EX_CONFIG). */
export const EXIT_CONFIG = 78;

/**
 * Reads the variables that a schema names; an empty one counts as not set. All mistakes are told at once, each with
 * what was expected and never with the value, which may be a secret.
 */
export function parseEnvironment<Properties extends TProperties>(
  schema: TObject<Properties>,
  environment: Readonly<Record<string, string | undefined>>,
): ParsedEnvironment<Static<TObject<Properties>>> {
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(schema.properties)) {
    const text = environment[name]?.trim() ?? '';
    if (text !== '') given[name] = text;
  }
  const value = Value.Default(schema, Value.Convert(schema, given));
  if (Value.Check(schema, value)) return { ok: true, value: Object.freeze(value) };
  const names = new Set([...Value.Errors(schema, value)].map((error) => nameOf(error.instancePath, error.message)));
  return { ok: false, mistakes: [...names].map((name) => `${name}: expected ${expectationOf(schema, name)}`) };
}

function nameOf(instancePath: string, message: string): string {
  return instancePath.split('/')[1] ?? message;
}

function expectationOf(schema: TObject, name: string): string {
  const property: unknown = schema.properties[name];
  if (typeof property !== 'object' || property === null) return 'nothing of that name';
  const description = 'description' in property ? String(property.description) : 'another value';
  if (!('minimum' in property && 'maximum' in property)) return description;
  return `${description}, a number from ${String(property.minimum)} to ${String(property.maximum)}`;
}
