import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType, create, toBinary } from '@bufbuild/protobuf';
import { enumNames } from './enum-names.ts';

type PlainObject = Readonly<Record<string, unknown>>;
type InitBuilder = (plain: PlainObject) => Record<string, unknown>;

/**
 * The way back of the plain reader: a plain object to bytes, through the generated runtime.
 *
 * @throws an error naming the field where a value does not fit the contract.
 */
export function compilePlainWriter(schema: DescMessage): (plain: object) => Uint8Array {
  const build = initBuilder(schema);
  return (plain) => toBinary(schema, create(schema, build(toPlainObject(plain, schema.name))));
}

function initBuilder(schema: DescMessage): InitBuilder {
  const fields = schema.fields.filter((field) => oneofOf(field) === undefined);
  const converters = fields.map((field) => [field.localName, converter(field)] as const);
  const oneofs = schema.oneofs.map((oneof) => {
    const members = new Map(
      oneof.fields.map((field) => [field.name, { case: field.localName, convert: converter(field) }] as const),
    );
    return [oneof.localName, members] as const;
  });
  return (plain) => {
    const init: Record<string, unknown> = {};
    for (const [name, convert] of converters) {
      const value = plain[name];
      if (value !== undefined) init[name] = convert(value);
    }
    for (const [name, members] of oneofs) {
      const body = toPlainObject(plain[name], name);
      const member = members.get(String(body['type']));
      if (member === undefined) throw new TypeError(`${schema.name}.${name}: no such type "${String(body['type'])}"`);
      init[name] = { case: member.case, value: member.convert(body) };
    }
    return init;
  };
}

function oneofOf(field: DescField): unknown {
  return field.fieldKind === 'list' || field.fieldKind === 'map' ? undefined : field.oneof;
}

function converter(field: DescField): (value: unknown) => unknown {
  const name = `${field.parent.name}.${field.name}`;
  if (field.fieldKind === 'message') {
    let build: InitBuilder | undefined;
    return (value) => (build ??= initBuilder(field.message))(toPlainObject(value, name));
  }
  if (field.fieldKind === 'enum') {
    const names = enumNames(field.enum);
    return (value) => {
      const number = names.indexOf(typeof value === 'string' ? value : undefined);
      if (number < 0) throw new TypeError(`${name}: no such value "${String(value)}"`);
      return number;
    };
  }
  if (field.fieldKind === 'list' && field.listKind === 'message') {
    const build = initBuilder(field.message);
    return (value) => {
      if (!Array.isArray(value)) throw new TypeError(`${name} is not a list`);
      return value.map((item) => build(toPlainObject(item, name)));
    };
  }
  if (field.fieldKind === 'scalar' && (field.scalar === ScalarType.INT64 || field.scalar === ScalarType.UINT64)) {
    return (value) => {
      if (!Number.isSafeInteger(value)) throw new RangeError(`${name} is not a safe integer`);
      return BigInt(Number(value));
    };
  }
  return (value) => value;
}

function toPlainObject(value: unknown, name: string): PlainObject {
  if (!isPlainObject(value)) throw new TypeError(`${name} is not an object`);
  return value;
}

function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null;
}
