import assert from 'node:assert/strict';
import { create, toBinary } from '@bufbuild/protobuf';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { enumNames } from '../../services/contracts/enum-names.ts';

type Convert = (value: unknown) => unknown;

/** What the plain writer is held to: a plain object that fits, through the generated runtime. It checks nothing itself. */
export function libraryWriter(schema: DescMessage): (plain: object) => Uint8Array {
  const toInit = initBuilder(schema);
  return (plain) => toBinary(schema, create(schema, toInit(plain)));
}

function initBuilder(schema: DescMessage): (plain: unknown) => Record<string, unknown> {
  const members = schema.fields.filter((field) => isOneofMember(field));
  const converters = schema.fields
    .filter((field) => !isOneofMember(field))
    .map((field) => [field.localName, converter(field)] as const);
  const oneofs = schema.oneofs.map((oneof) => {
    const byType = new Map(members.map((field) => [field.name, [field.localName, converter(field)] as const]));
    return [oneof.localName, byType] as const;
  });
  return (value) => {
    const plain = asObject(value);
    const init: Record<string, unknown> = {};
    for (const [name, convert] of converters) if (plain[name] !== undefined) init[name] = convert(plain[name]);
    for (const [name, byType] of oneofs) {
      const member = byType.get(String(asObject(plain[name])['type']));
      assert.ok(member);
      init[name] = { case: member[0], value: member[1](plain[name]) };
    }
    return init;
  };
}

function isOneofMember(field: DescField): boolean {
  return field.fieldKind !== 'list' && field.fieldKind !== 'map' && field.oneof !== undefined;
}

function converter(field: DescField): Convert {
  if (field.fieldKind === 'message') return initBuilder(field.message);
  if (field.fieldKind === 'enum') {
    const names = enumNames(field.enum);
    return (value) => names.findIndex((name) => name === value);
  }
  if (field.fieldKind === 'list' && field.listKind === 'message') {
    const build = initBuilder(field.message);
    return (value) => (Array.isArray(value) ? value.map((item) => build(item)) : value);
  }
  const isLong = field.fieldKind === 'scalar' && [ScalarType.INT64, ScalarType.UINT64].includes(field.scalar);
  return isLong ? (value) => BigInt(Number(value)) : (value) => value;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  assert.ok(isObject(value));
  return value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
