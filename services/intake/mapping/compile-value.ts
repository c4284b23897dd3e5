import type { Constant, ValueRule, ValueSource } from '../feed-file/mapping-schema.ts';
import { isList, sourceOf } from './bind-source.ts';
import { compileInstant } from './compile-instant.ts';
import { compileSpan } from './compile-span.ts';
import { assemble } from './compiled-value.ts';
import type { CompiledValue, RuleConverter, Target } from './compiled-value.ts';
import { constantOf } from './constant-value.ts';
import { pseudonymKindOf } from './pseudonym-field.ts';
import { createConverter } from './convert-text.ts';
import type { MappingContext } from './mapping-context.ts';
import { REFUSED } from './row-source.ts';
import type { ListSource, TextSource } from './row-source.ts';
import { lookupConverter, pseudonymConverter, valuesConverter } from './rule-converters.ts';
import { measureOf } from './units.ts';

/** Compiles a rule; undefined where it holds mistakes, which go to the context. */
export function compileValue<Row>(
  source: ValueSource,
  target: Target,
  context: MappingContext<Row>,
): CompiledValue<Row> | undefined {
  const rule: ValueRule = typeof source === 'string' ? { from: source } : source;
  const { place } = target;
  if (rule.value !== undefined) return compileConstant(rule, rule.value, target, context);
  if (rule.from === undefined) {
    context.mistake(place, 'expected "from" (where the value stands) or "value" (a constant)');
    return undefined;
  }
  if (target.field.unit === 'epoch ms') return compileInstant(rule, place, context);
  if (rule.to !== undefined) return compileSpan(rule, target, context);
  for (const option of ['format', 'timeZone', 'offset'] as const) {
    if (rule[option] !== undefined) context.mistake(`${place}.${option}`, `only for times; ${target.name} is none`);
  }
  const converter = converterOf(rule, target, context);
  const fallback =
    rule.default === undefined ? undefined : constantOf(rule.default, `${place}.default`, target, context);
  if (target.field.kind === 'string list' && rule.separator === undefined && !isList(rule.from)) {
    const list = context.source.list(rule.from);
    if (list !== undefined) return compileList(list, sourceOf(rule.from, place, context), rule);
  }
  const text = sourceOf(rule.from, `${place}.from`, context);
  if (text === undefined || converter === undefined) return undefined;
  return assemble(text, converter, { fallback, optional: rule.optional === true });
}

function converterOf<Row>(rule: ValueRule, target: Target, context: MappingContext<Row>): RuleConverter | undefined {
  const { place, name } = target;
  const kinds = (['pseudonym', 'values', 'lookup'] as const).filter((kind) => rule[kind] !== undefined);
  if (kinds.length > 1) {
    context.mistake(place, `expected at most one of ${kinds.join(', ')}`);
    return undefined;
  }
  const [kind] = kinds;
  if (kind !== undefined && rule.unit !== undefined) context.mistake(`${place}.unit`, `does not go with ${kind}`);
  if (rule.separator !== undefined && target.field.kind !== 'string list')
    context.mistake(`${place}.separator`, `only for lists; ${name} is none`);
  const ofWhat = pseudonymKindOf(name);
  if (rule.pseudonym === undefined && ofWhat !== undefined && kind === undefined) {
    context.mistake(
      place,
      `${name} holds a pseudonym: expected pseudonym: ${ofWhat}, or none where the source holds pseudonyms already`,
    );
    return undefined;
  }
  if (rule.pseudonym !== undefined) return pseudonymConverter(rule.pseudonym, target, context);
  if (rule.values !== undefined) return valuesConverter(rule.values, target, context);
  if (rule.lookup !== undefined) return lookupConverter(rule.lookup, target, context);
  checkUnit(rule, target, context);
  const { currencyDigits, decimalSign } = context;
  const { unit, lowerCase = false, separator } = rule;
  return {
    ...createConverter(target.field, { unit, currencyDigits, decimalSign, lowerCase, separator }),
    takesDefault: false,
  };
}

function checkUnit<Row>(rule: ValueRule, { name, field, place }: Target, context: MappingContext<Row>): void {
  const measure = measureOf(field);
  if (measure === undefined) {
    if (rule.unit !== undefined) context.mistake(`${place}.unit`, `${name} has no unit`);
  } else if (rule.unit === undefined) {
    context.mistake(place, `expected the unit of the source: one of ${measure.units.join(', ')}`);
  } else if (!measure.units.includes(rule.unit)) {
    context.mistake(`${place}.unit`, `${rule.unit} does not suit ${name}; expected one of ${measure.units.join(', ')}`);
  }
}

function compileConstant<Row>(
  rule: ValueRule,
  value: Constant,
  target: Target,
  context: MappingContext<Row>,
): CompiledValue<Row> | undefined {
  const others = Object.keys(rule).filter((key) => key !== 'value');
  if (others.length > 0) context.mistake(target.place, `a constant "value" stands alone, without ${others.join(', ')}`);
  const constant = constantOf(value, `${target.place}.value`, target, context);
  if (constant === undefined) return undefined;
  return { read: () => constant, explain: neverRefused, constant };
}

function neverRefused(): never {
  throw new Error('a constant is never refused');
}

function compileList<Row>(
  list: ListSource<Row>,
  text: TextSource<Row> | undefined,
  rule: ValueRule,
): CompiledValue<Row> {
  const lower = rule.lowerCase === true;
  return {
    read(row) {
      const items = list.read(row);
      if (items === undefined) return rule.optional === true ? undefined : REFUSED;
      return items !== REFUSED && lower ? items.map((item) => item.toLowerCase()) : items;
    },
    explain: (row) => ({
      valueClass: text?.classOf(row) ?? 'absent',
      reason: list.read(row) === undefined ? 'missing_value' : 'not_a_single_value',
      expected: 'a list of texts',
    }),
  };
}
