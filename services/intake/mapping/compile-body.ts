import type { EventBody } from '../../core/events/subscriber-event.ts';
import type { ValueSource } from '../feed-file/mapping-schema.ts';
import type { BodyContract } from './body-contract.ts';
import { compileValue } from './compile-value.ts';
import type { CompiledValue } from './compiled-value.ts';
import type { MappingContext } from './mapping-context.ts';
import { rejectOf } from './reject.ts';
import type { RowReject } from './reject.ts';
import { REFUSED } from './row-source.ts';

type PlainBody = Record<string, unknown>;

/** One field of the body, or one field of a message in it. */
interface FieldStep<Row> {
  readonly path: string;
  readonly group: string | undefined;
  readonly name: string;
  readonly value: CompiledValue<Row>;
}

/** Makes a body of a row, or says which field it refuses. */
export type BuildBody<Row> = (row: Row) => EventBody | RowReject;

/** Compiles the fields of a record rule. Every field left out keeps the contract's default. */
export function compileBody<Row>(
  fields: Readonly<Record<string, ValueSource>>,
  place: string,
  contract: BodyContract,
  context: MappingContext<Row>,
): BuildBody<Row> {
  const steps: FieldStep<Row>[] = [];
  for (const [path, rule] of Object.entries(fields)) {
    const fieldPlace = `${place}.${path}`;
    const field = contract.fieldAt(path);
    if (field === undefined) {
      context.mistake(fieldPlace, `${contract.type} has no such field; it has ${contract.fieldPaths.join(', ')}`);
      continue;
    }
    const dot = path.indexOf('.');
    const name = path.slice(dot + 1);
    const value = compileValue(rule, { name, field, place: fieldPlace }, context);
    if (value !== undefined) steps.push({ path, group: dot < 0 ? undefined : path.slice(0, dot), name, value });
  }
  return createBuilder(contract, steps);
}

function createBuilder<Row>(contract: BodyContract, all: readonly FieldStep<Row>[]): BuildBody<Row> {
  const defaults: PlainBody = { ...contract.defaults };
  const steps = all.filter(({ group, name, value }) => {
    // What is the same for every row is laid into the defaults once.
    if (group === undefined && value.constant !== undefined) defaults[name] = value.constant;
    return group !== undefined || value.constant === undefined;
  });
  const plain = steps.filter(({ group }) => group === undefined);
  const groupNames = [...new Set(steps.flatMap(({ group }) => group ?? []))];
  const groups = groupNames.map((group) => {
    const members = steps.filter((step) => step.group === group);
    return { group, ...createGroup(contract.groupDefaults(group), members) };
  });

  return (row) => {
    const body = { ...defaults };
    for (const { path, name, value } of plain) {
      const read = value.read(row);
      if (read === REFUSED) return rejectOf(path, value.explain(row));
      if (read !== undefined) body[name] = read;
    }
    for (const { group, steps: members, build } of groups) {
      const message = build(row);
      if (message === REFUSED) return explainGroup(members, row);
      if (message !== undefined) body[group] = message;
    }
    if (!isEventBody(body)) throw new TypeError(`${contract.type} is no body`);
    return body;
  };
}

/** Made of the contract's defaults and of values compiled for its fields: what is left to see is that it is a body. */
function isEventBody(body: object): body is EventBody {
  return 'type' in body;
}

/** A message within the body: left out where the row states nothing of it. */
function createGroup<Row>(contractDefaults: PlainBody, members: readonly FieldStep<Row>[]) {
  const defaults = { ...contractDefaults };
  for (const { name, value } of members) if (value.constant !== undefined) defaults[name] = value.constant;
  const steps = members.filter(({ value }) => value.constant === undefined);
  // Constants alone say something of every row.
  const always = steps.length === 0;
  return {
    steps,
    build: (row: Row): PlainBody | undefined | typeof REFUSED => {
      let message: PlainBody | undefined = always ? { ...defaults } : undefined;
      for (const { name, value } of steps) {
        const read = value.read(row);
        if (read === REFUSED) return REFUSED;
        if (read !== undefined) (message ??= { ...defaults })[name] = read;
      }
      return message;
    },
  };
}

function explainGroup<Row>(members: readonly FieldStep<Row>[], row: Row): RowReject {
  for (const { path, value } of members) {
    if (value.read(row) === REFUSED) return rejectOf(path, value.explain(row));
  }
  throw new Error('a value that was refused is refused again');
}
