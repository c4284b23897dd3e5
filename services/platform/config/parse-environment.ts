import { IsInteger, IsNumber } from 'typebox';
import type { Static, TObject, TProperties } from 'typebox';
import { Value } from 'typebox/value';

export type ParsedEnvironment<T> =
  { readonly ok: true; readonly value: Readonly<T> } | { readonly ok: false; readonly mistakes: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that a schema names; an empty one counts as not set. All mistakes are told at once, each with
 * what was expected and never with the value, which may be a secret.
 */
export function parseEnvironment<Properties extends TProperties>(
  schema: TObject<Properties>,
  environment: Environment,
): ParsedEnvironment<Static<TObject<Properties>>> {
  const given: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const text = environment[name]?.trim() ?? '';
    // Value.Convert would cut 3.5 to the whole number 3 instead of refusing it.
    if (text !== '') given[name] = IsNumber(property) || IsInteger(property) ? Number(text) : text;
  }
  const value = Value.Default(schema, given);
  if (Value.Check(schema, value)) return { ok: true, value: Object.freeze(value) };
  const names = new Set([...Value.Errors(schema, value)].map((error) => nameOf(error.instancePath, error.message)));
  return { ok: false, mistakes: [...names].map((name) => `${name}: expected ${expectationOf(schema, name)}`) };
}

/**
 * Reads variables and what they mean together. Where some are malformed, the others are still interpreted, so that one
 * start tells all mistakes; those that hang on a malformed variable are left out.
 *
 * @param interpret tells mistakes that no variable shows by itself; each names the variables that it is about.
 */
export function parseConfig<Properties extends TProperties, T>(
  schema: TObject<Properties>,
  environment: Environment,
  interpret: (variables: Readonly<Static<TObject<Properties>>>) => ParsedEnvironment<T>,
): ParsedEnvironment<T> {
  const parsed = parseEnvironment(schema, environment);
  if (parsed.ok) return interpret(parsed.value);
  const malformed = parsed.mistakes.map((mistake) => mistake.slice(0, mistake.indexOf(':')));
  const wellFormed = Object.entries(environment).filter(([name]) => !malformed.includes(name));
  const rest = parseEnvironment(schema, Object.fromEntries(wellFormed));
  const interpreted = rest.ok ? interpret(rest.value) : rest;
  const further = interpreted.ok ? [] : interpreted.mistakes;
  const independent = further.filter((mistake) => !malformed.some((name) => mistake.includes(name)));
  return { ok: false, mistakes: [...parsed.mistakes, ...independent] };
}

function nameOf(instancePath: string, message: string): string {
  return instancePath.split('/')[1] ?? message;
}

function expectationOf(schema: TObject, name: string): string {
  const property: unknown = schema.properties[name];
  if (typeof property !== 'object' || property === null) return 'nothing of that name';
  const description = 'description' in property ? String(property.description) : 'another value';
  if (!('minimum' in property && 'maximum' in property)) return description;
  return `${description}, a ${IsInteger(property) ? 'whole ' : ''}number from ${String(property.minimum)} to ${String(property.maximum)}`;
}
