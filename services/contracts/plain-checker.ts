import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { enumNames } from './enum-names.ts';
import { integerRange } from './integer-range.ts';
import { plainDefault } from './plain-default.ts';

/** A place of a plain value that does not fit the contract. Neither part holds anything of the value. */
export class PlainMisfit extends Error {
  override readonly name = 'PlainMisfit';
  /** In core's plain names, nested by dots; '' for the whole value. */
  readonly field: string;
  /** What was expected there, e.g. "an integer from 0 to 4294967295". */
  readonly expected: string;

  constructor(field: string, expected: string) {
    super(`${field === '' ? 'the record' : field}: expected ${expected}`);
    this.field = field;
    this.expected = expected;
  }
}

type PlainObject = Readonly<Record<string, unknown>>;
type ValueChecker = (value: unknown) => unknown;

/** Names that a contract could have; anything else in their place may be data. */
const SPEAKABLE_NAME = /^[A-Za-z_]{1,40}$/;

/**
 * Compiles a checker from a message's descriptor, for plain objects from outside such as parsed JSON. It gives back a
 * fresh object in the form in which the plain reader gives messages, with defaults where a field is left out or null.
 *
 * @throws PlainMisfit at the first place that does not fit, unknown fields included.
 */
export function compilePlainChecker(schema: DescMessage): (plain: unknown) => Record<string, unknown> {
  return messageChecker(schema, '');
}

function messageChecker(schema: DescMessage, path: string, type?: string): (value: unknown) => Record<string, unknown> {
  const prefix = path === '' ? '' : `${path}.`;
  const checkers = new Map<string, ValueChecker>();
  const defaults: [string, () => unknown][] = [];
  const required: [string, ValueChecker][] = [];
  for (const field of schema.fields) {
    if (field.fieldKind !== 'list' && field.fieldKind !== 'map' && field.oneof !== undefined) continue;
    checkers.set(field.localName, fieldChecker(field, `${prefix}${field.localName}`));
    const create = plainDefault(field);
    if (create !== undefined) defaults.push([field.localName, create]);
  }
  for (const oneof of schema.oneofs) {
    const check = oneofChecker(oneof.fields, `${prefix}${oneof.localName}`);
    checkers.set(oneof.localName, check);
    defaults.push([oneof.localName, () => undefined]);
    required.push([oneof.localName, check]);
  }
  if (type !== undefined) checkers.set('type', (value) => value);

  return (value) => {
    const plain = toPlainObject(value, path);
    const target: Record<string, unknown> = type === undefined ? {} : { type };
    for (const [name, create] of defaults) target[name] = create();
    for (const key of Object.keys(plain)) {
      const check = checkers.get(key);
      if (check === undefined) {
        const field = SPEAKABLE_NAME.test(key) ? `${prefix}${key}` : path;
        throw new PlainMisfit(field, `no field but ${[...checkers.keys()].join(', ')}`);
      }
      const item = plain[key];
      if (item !== undefined && item !== null) target[key] = check(item);
    }
    for (const [name, check] of required) if (target[name] === undefined) check(undefined);
    return target;
  };
}

function oneofChecker(fields: readonly DescField[], path: string): ValueChecker {
  const members = new Map<unknown, ValueChecker>(
    fields.map((field) => {
      if (field.fieldKind !== 'message') throw new Error(`${field.name}: a oneof of scalars is not used so far`);
      return [field.name, messageChecker(field.message, path, field.name)] as const;
    }),
  );
  const expected = `one of ${fields.map((field) => field.name).join(', ')}`;
  return (value) => {
    const check = members.get(toPlainObject(value, path)['type']);
    if (check === undefined) throw new PlainMisfit(`${path}.type`, expected);
    return check(value);
  };
}

function fieldChecker(field: DescField, path: string): ValueChecker {
  switch (field.fieldKind) {
    case 'message':
      return messageChecker(field.message, path);
    case 'enum':
      return enumChecker(field.enum, path);
    case 'scalar':
      return scalarChecker(field.scalar, path);
    case 'list':
      if (field.listKind === 'enum') throw new Error(`${path}: repeated enums are not used so far`);
      return listChecker(
        field.listKind === 'message' ? messageChecker(field.message, path) : scalarChecker(field.scalar, path),
        path,
      );
    case 'map':
      if (field.mapKind !== 'scalar') throw new Error(`${path}: maps of anything but scalars are not used so far`);
      return mapChecker(scalarChecker(field.scalar, path), path);
  }
}

function listChecker(check: ValueChecker, path: string): ValueChecker {
  return (value) => {
    if (!Array.isArray(value)) throw new PlainMisfit(path, 'a list');
    return value.map((item) => check(item));
  };
}

function mapChecker(check: ValueChecker, path: string): ValueChecker {
  const checkKey = scalarChecker(ScalarType.STRING, path);
  return (value) => {
    const checked: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(toPlainObject(value, path))) {
      checkKey(key);
      // Not by assignment, which "__proto__" would divert.
      Object.defineProperty(checked, key, { value: check(item), enumerable: true, configurable: true, writable: true });
    }
    return checked;
  };
}

function enumChecker(schema: DescEnum, path: string): ValueChecker {
  const names = enumNames(schema).filter((name) => name !== undefined);
  const known = new Set<unknown>(names);
  const expected = `one of ${names.join(', ')}`;
  return (value) => {
    if (!known.has(value)) throw new PlainMisfit(path, expected);
    return value;
  };
}

function scalarChecker(scalar: ScalarType, path: string): ValueChecker {
  if (scalar === ScalarType.STRING) {
    return (value) => {
      if (typeof value !== 'string') throw new PlainMisfit(path, 'a text');
      if (!value.isWellFormed()) throw new PlainMisfit(path, 'a text without half surrogate pairs');
      return value;
    };
  }
  if (scalar === ScalarType.BOOL) {
    return (value) => {
      if (typeof value !== 'boolean') throw new PlainMisfit(path, 'true or false');
      return value;
    };
  }
  const range = integerRange(scalar);
  if (range !== undefined) {
    const { min, max } = range;
    const expected = `an integer from ${min} to ${max}`;
    return (value) => {
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max)
        throw new PlainMisfit(path, expected);
      // To an integer, -0 is 0.
      return value === 0 ? 0 : value;
    };
  }
  if (scalar !== ScalarType.DOUBLE) throw new Error(`${path}: scalar type ${scalar} is not used so far`);
  return (value) => {
    if (!Number.isFinite(value)) throw new PlainMisfit(path, 'a finite number');
    return value;
  };
}

function toPlainObject(value: unknown, path: string): PlainObject {
  if (!isPlainObject(value)) throw new PlainMisfit(path, 'an object');
  return value;
}

function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
