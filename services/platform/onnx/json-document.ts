import type { Static, TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Pointer, Value } from 'typebox/value';
import { reasonOf, shown, type Checked, type Misfit } from './misfit.ts';

/** Mistakes of one document that are told; whoever has more of them has written another document. */
const MOST_TOLD = 5;

/** Reads a JSON document of a bundle and holds it to its shape. */
export function parseJsonDocument<Shape extends TSchema>(
  where: string,
  bytes: Uint8Array,
  shape: Shape,
): Checked<Static<Shape>> {
  let value: unknown;
  try {
    value = JSON.parse(textOf(bytes));
  } catch (error) {
    return { value: undefined, misfits: [{ where, expected: 'JSON', found: reasonOf(error) }] };
  }
  return checkShape(where, value, shape);
}

/** Each misfit names the place in the document, e.g. "drift_baseline.json features[3].missing". */
export function checkShape<Shape extends TSchema>(where: string, value: unknown, shape: Shape): Checked<Static<Shape>> {
  if (Value.Check(shape, value)) return { value, misfits: [] };
  const errors = Map.groupBy(Value.Errors(shape, value), ({ instancePath }) => instancePath);
  const misfits = [...errors].map(([path, found]): Misfit => {
    const place = path
      .replaceAll(/\/(\d+)(?=\/|$)/g, '[$1]')
      .replaceAll('/', '.')
      .replace(/^\./, '');
    // Of alternatives only what each of them wants is told, not that there are some.
    const wanted = found.filter(({ keyword }) => keyword !== 'anyOf').map(wantedBy);
    return {
      where: place === '' ? where : `${where} ${place}`,
      expected: wanted.join(' or '),
      found: shown(Pointer.Get(value, path)),
    };
  });
  return { value: undefined, misfits: misfits.slice(0, MOST_TOLD) };
}

function wantedBy(error: TLocalizedValidationError): string {
  if (error.keyword === 'const') return shown(error.params.allowedValue);
  if (error.keyword === 'enum') return error.params.allowedValues.map(shown).join(' or ');
  return error.message.replace(/^must (be|have) /, '');
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
