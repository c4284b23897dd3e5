import { isTimeZone } from '../../core/time/zone-offset.ts';
import type { ValueRule, ValueSource } from '../feed-file/mapping-schema.ts';
import { sourceOf } from './bind-source.ts';
import { createMomentSource } from './compile-moment.ts';
import type { MomentSource } from './compile-moment.ts';
import type { CompiledValue, Refusal } from './compiled-value.ts';
import type { MappingContext } from './mapping-context.ts';
import { REFUSED } from './row-source.ts';
import { compileTimeFormat } from './time-format.ts';

export interface CompiledInstant<Row> extends MomentSource<Row> {
  explain(row: Row): Refusal;
}

const FORMATS =
  'iso, epoch-ms, epoch-s, or a pattern of yyyy or yy, MM, dd, HH, mm, ss, SSS, xx (offset, last) and literals (letters in single quotes)';
const OTHER_OPTIONS = [
  'to',
  'value',
  'default',
  'pseudonym',
  'unit',
  'lookup',
  'values',
  'separator',
  'lowerCase',
] as const;

/** Compiles a rule for an instant; undefined where it holds mistakes. */
export function compileMoment<Row>(
  rule: ValueSource,
  place: string,
  context: MappingContext<Row>,
): CompiledInstant<Row> | undefined {
  if (typeof rule === 'string') {
    context.mistake(place, `expected { from: ${rule}, format: … } with ${FORMATS}`);
    return undefined;
  }
  for (const option of OTHER_OPTIONS) {
    if (rule[option] !== undefined) context.mistake(`${place}.${option}`, 'does not go with a time');
  }
  const { format, timeZone } = rule;
  if (rule.from === undefined) {
    context.mistake(place, 'expected "from": where the time stands');
    return undefined;
  }
  const source = sourceOf(rule.from, `${place}.from`, context);
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    context.mistake(`${place}.timeZone`, `"${timeZone}" is no IANA time zone`);
  }
  if (format === undefined) {
    context.mistake(place, `expected a "format": ${FORMATS}`);
    return undefined;
  }
  const readTime = compileTimeFormat(format);
  if (readTime === undefined) context.mistake(`${place}.format`, `"${format}" is not understood; expected ${FORMATS}`);
  const offsetSource = rule.offset === undefined ? undefined : sourceOf(rule.offset.from, `${place}.offset`, context);
  const zone = context.zoneOf(timeZone);
  const isLocal =
    format !== 'iso' && !format.startsWith('epoch-') && !format.endsWith('xx') && rule.offset === undefined;
  if (isLocal && zone === undefined) {
    context.mistake(place, 'expected a "timeZone" of the mapping, for the time has no offset');
  }
  if (source === undefined || readTime === undefined) return undefined;
  const moments = createMomentSource({ source, readTime, zone, offsetSource });
  const expected = `a time as ${format}${format === 'iso' && zone === undefined ? ' with an offset' : ''}`;
  return {
    ...moments,
    explain(row) {
      const text = source.read(row);
      const valueClass = source.classOf(row);
      if (text === undefined) return { valueClass, reason: 'missing_value', expected };
      return { valueClass, reason: text === REFUSED ? 'not_a_single_value' : 'not_a_time', expected };
    },
  };
}

/** The same for a field of the body. */
export function compileInstant<Row>(
  rule: ValueRule,
  place: string,
  context: MappingContext<Row>,
): CompiledValue<Row> | undefined {
  const instant = compileMoment(rule, place, context);
  if (instant === undefined) return undefined;
  const absent = rule.optional === true ? undefined : REFUSED;
  return {
    explain: (row) => instant.explain(row),
    read(row) {
      const atMs = instant.read(row);
      return atMs === undefined ? absent : atMs;
    },
  };
}
