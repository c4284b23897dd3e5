import type { ValueRule } from '../feed-file/mapping-schema.ts';
import type { MappingContext } from './mapping-context.ts';
import { firstOf } from './row-source.ts';
import type { TextSource } from './row-source.ts';

/** Where a value stands, or the first of several; undefined where a row has no such place. */
export function sourceOf<Row>(
  from: NonNullable<ValueRule['from']>,
  place: string,
  { source, mistake }: Pick<MappingContext<Row>, 'source' | 'mistake'>,
): TextSource<Row> | undefined {
  const sources: TextSource<Row>[] = [];
  for (const name of isList(from) ? from : [from]) {
    const text = source.text(name);
    if (typeof text === 'string') mistake(place, text);
    else sources.push(text);
  }
  return sources.length === 0 ? undefined : firstOf(sources);
}

export function isList(from: string | readonly string[]): from is readonly string[] {
  return typeof from !== 'string';
}
