import type { Constant } from '../feed-file/mapping-schema.ts';
import type { Target } from './compiled-value.ts';
import { createConverter } from './convert-text.ts';
import type { PlainValue } from './convert-text.ts';
import type { MappingContext } from './mapping-context.ts';

/** A constant of the feed file as a value of the field, in the field's own unit. */
export function constantOf<Row>(
  constant: Constant,
  place: string,
  { name, field }: Target,
  { mistake }: Pick<MappingContext<Row>, 'mistake'>,
): PlainValue | undefined {
  const { convert, expected } = createConverter(field, {
    unit: undefined,
    currencyDigits: 2,
    decimalSign: '.',
    lowerCase: false,
    separator: undefined,
  });
  const value = constant === '' && field.kind === 'string' ? '' : convert(String(constant));
  if (value === undefined) mistake(place, `${JSON.stringify(constant)} does not suit ${name}; expected ${expected}`);
  return value;
}
