import type { Condition } from '../feed-file/mapping-schema.ts';
import type { MappingContext } from './mapping-context.ts';
import { REFUSED } from './row-source.ts';

/** Compiles the conditions of a record; all must hold. */
export function compileConditions<Row>(
  conditions: readonly Condition[],
  place: string,
  context: MappingContext<Row>,
): (row: Row) => boolean {
  const tests = conditions.flatMap((condition, index) => {
    const test = compileCondition(condition, `${place}[${index}]`, context);
    return test === undefined ? [] : [test];
  });
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  return (row) => {
    for (const test of tests) if (!test(row)) return false;
    return true;
  };
}

function compileCondition<Row>(
  { field, is, isNot, present }: Condition,
  place: string,
  { source, mistake }: MappingContext<Row>,
): ((row: Row) => boolean) | undefined {
  const text = source.text(field);
  if (is === undefined && isNot === undefined && present === undefined) {
    mistake(place, 'expected is, isNot or present');
  }
  if (typeof text === 'string') {
    mistake(`${place}.field`, text);
    return undefined;
  }
  const wanted = is === undefined ? undefined : new Set(is.map(String));
  const unwanted = isNot === undefined ? undefined : new Set(isNot.map(String));
  return (row) => {
    const value = text.read(row);
    if (present !== undefined && (value !== undefined) !== present) return false;
    if (wanted !== undefined && (value === undefined || value === REFUSED || !wanted.has(value))) return false;
    return unwanted === undefined || value === undefined || value === REFUSED || !unwanted.has(value);
  };
}
