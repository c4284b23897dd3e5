import type { ValueRule } from '../feed-file/mapping-schema.ts';
import { compileMoment } from './compile-instant.ts';
import type { CompiledValue, Target } from './compiled-value.ts';
import type { MappingContext } from './mapping-context.ts';
import { REFUSED } from './row-source.ts';

/** Compiles a duration in seconds between two times of a row; undefined where the rule holds mistakes. */
export function compileSpan<Row>(
  { optional = false, to, ...rule }: ValueRule,
  { name, place, field }: Target,
  context: MappingContext<Row>,
): CompiledValue<Row> | undefined {
  if (field.unit !== 'seconds') context.mistake(`${place}.to`, `only for durations in seconds; ${name} is none`);
  const start = compileMoment(rule, place, context);
  const end = to === undefined ? undefined : compileMoment({ ...rule, from: to }, place, context);
  if (start === undefined || end === undefined) return undefined;
  const max = field.max ?? Number.MAX_SAFE_INTEGER;
  return {
    read(row) {
      const startMs = start.read(row);
      const endMs = end.read(row);
      if (startMs === REFUSED || endMs === REFUSED) return REFUSED;
      if (startMs === undefined || endMs === undefined) return optional ? undefined : REFUSED;
      const seconds = Math.round((endMs - startMs) / 1_000);
      return seconds >= 0 && seconds <= max ? seconds : REFUSED;
    },
    explain(row) {
      for (const moment of [start, end]) {
        const atMs = moment.read(row);
        if (atMs === REFUSED || (atMs === undefined && !optional)) return moment.explain(row);
      }
      return { ...end.explain(row), reason: 'out_of_range', expected: 'an end that is not before its beginning' };
    },
  };
}
