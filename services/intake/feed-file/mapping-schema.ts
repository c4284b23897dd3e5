import { Type } from 'typebox';
import type { Static } from 'typebox';
import { TIME_UNITS, SIZE_UNITS, MONEY_UNITS, RATE_UNITS } from '../mapping/units.ts';

const closed = { additionalProperties: false };
const NAME = '^[A-Za-z][A-Za-z0-9_-]*$';

const Text = Type.String({ minLength: 1 });
const SourceName = Type.String({
  minLength: 1,
  description:
    'A column of a CSV source, or a path in a JSON one: a.b, a[0].b, list[name=x].value; $.a starts at the whole document',
});
const Constant = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

/** Where a value comes from and what is done to it. */
const ValueRule = Type.Object(
  {
    from: Type.Optional(
      Type.Union([SourceName, Type.Array(SourceName, { minItems: 1 })], {
        description: 'Source of the value; of several the first that is not empty',
      }),
    ),
    to: Type.Optional(
      Type.String({ minLength: 1, description: 'Of a duration: the time at which it ends; from is where it begins' }),
    ),
    value: Type.Optional(Type.Union([Constant], { description: 'A constant instead of a source' })),
    optional: Type.Optional(Type.Boolean({ description: 'May be missing: the field then keeps its default' })),
    default: Type.Optional(
      Type.Union([Constant], { description: 'For a missing value, and for one that neither values nor lookup know' }),
    ),
    pseudonym: Type.Optional(
      Type.Enum(['number', 'device', 'text', 'none'], {
        description:
          'number and device: brought to one form and replaced by its keyed pseudonym; text: the same for any other identifier, as it is; none: the source holds pseudonyms already',
      }),
    ),
    unit: Type.Optional(
      Type.Enum([...TIME_UNITS, ...MONEY_UNITS, ...SIZE_UNITS, ...RATE_UNITS], { description: 'Unit in the source' }),
    ),
    format: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Of a time: iso, epoch-ms, epoch-s, or a pattern of yyyy yy MM dd HH mm ss SSS xx (offset) and literals',
      }),
    ),
    timeZone: Type.Optional(Type.String({ description: 'IANA time zone of this value instead of the mapping’s' })),
    offset: Type.Optional(
      Type.Object(
        { from: SourceName },
        { ...closed, description: 'Offset of this time from UTC: +0800, +08:00, +08 or Z' },
      ),
    ),
    lookup: Type.Optional(Type.String({ pattern: NAME, description: 'Name of a lookup of this mapping' })),
    values: Type.Optional(
      Type.Record(Type.String(), Constant, {
        minProperties: 1,
        description: 'Value of the source → value of the contract',
      }),
    ),
    separator: Type.Optional(Type.String({ minLength: 1, description: 'Between the items of a list in one text' })),
    lowerCase: Type.Optional(Type.Boolean({ description: 'Text is taken in lower case' })),
  },
  closed,
);
const ValueSource = Type.Union([SourceName, ValueRule]);

const Condition = Type.Object(
  {
    field: SourceName,
    is: Type.Optional(Type.Array(Constant, { minItems: 1, description: 'Any of these' })),
    isNot: Type.Optional(Type.Array(Constant, { minItems: 1, description: 'None of these' })),
    present: Type.Optional(Type.Boolean({ description: 'Not empty, or empty' })),
  },
  closed,
);

const RecordRule = Type.Object(
  {
    when: Type.Optional(Type.Array(Condition, { minItems: 1, description: 'All must hold; left out: always' })),
    skip: Type.Optional(
      Type.String({
        pattern: '^[a-z][a-z0-9_]{0,39}$',
        description: 'Such rows are not wanted; why, as a lower-case code',
      }),
    ),
    event: Type.Optional(Type.String({ minLength: 1, description: 'Body type of the contract, e.g. call' })),
    id: Type.Optional(
      Type.Array(ValueSource, { minItems: 1, description: 'Values that together identify the record' }),
    ),
    subscriber: Type.Optional(ValueSource),
    occurredAt: Type.Optional(ValueSource),
    recordedAt: Type.Optional(ValueSource),
    fields: Type.Optional(
      Type.Record(Type.String(), ValueSource, {
        description: 'Field of the contract (camelCase, nested by dots) ← value',
      }),
    ),
  },
  closed,
);

const Lookup = Type.Object(
  {
    match: Type.Optional(
      Type.Enum(['exact', 'prefix'], {
        description: 'prefix: the longest wins. Default: exact',
      }),
    ),
    of: Type.Optional(
      Type.Enum(['text', 'number'], {
        description:
          'number: the key is a phone number, brought to international digits first; short codes stay as they are',
      }),
    ),
    values: Type.Optional(Type.Record(Type.String(), Constant)),
    file: Type.Optional(
      Type.String({ minLength: 1, description: 'CSV file of two columns, key and value, beside the feed file' }),
    ),
    default: Type.Optional(Constant),
  },
  closed,
);

const Numbers = Type.Object(
  {
    countryCode: Type.String({ pattern: '^[1-9][0-9]{0,2}$' }),
    trunkPrefix: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,3}$', description: 'Before national numbers, e.g. 0' }),
    ),
    internationalPrefix: Type.Optional(Type.String({ pattern: '^[0-9]{1,5}$', description: 'Default 00' })),
    nationalDigits: Type.Optional(
      Type.Object(
        { min: Type.Integer({ minimum: 3, maximum: 14 }), max: Type.Integer({ minimum: 3, maximum: 14 }) },
        {
          ...closed,
          description: 'Digits of a national number without trunk prefix; fewer are a short code. Default 7 to 12',
        },
      ),
    ),
    servicePrefixes: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9*#]+$' }), {
        description: 'National numbers that start so are hotlines, not parties: they get no pseudonym',
      }),
    ),
    nameSenders: Type.Optional(
      Type.Boolean({ description: 'A name instead of a number is a service that sends messages. Default: rejected' }),
    ),
  },
  closed,
);

const Csv = Type.Object(
  {
    header: Type.Optional(
      Type.Union([Type.Literal(true), Type.Array(Text, { minItems: 1 })], {
        description: 'true: the first line names the columns (default); or their names',
      }),
    ),
    delimiter: Type.Optional(Type.String({ minLength: 1, maxLength: 1, description: 'Default ,' })),
    quote: Type.Optional(Type.String({ maxLength: 1, description: 'Default "; empty: nothing is quoted' })),
    encoding: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Of files and standard input, e.g. gb18030, windows-1252. Default utf-8',
      }),
    ),
  },
  closed,
);

const settings = {
  csv: Type.Optional(Csv),
  timeZone: Type.Optional(Type.String({ minLength: 1, description: 'IANA time zone of local times without offset' })),
  currencyDigits: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 4, description: 'Decimals of the currency by ISO 4217. Default 2' }),
  ),
  decimal: Type.Optional(Type.Enum(['.', ','], { description: 'Decimal sign. Default .' })),
  emptyValues: Type.Optional(Type.Array(Text, { description: 'Texts that stand for no value, e.g. NULL' })),
  numbers: Type.Optional(Numbers),
  lookups: Type.Optional(Type.Record(Type.String({ pattern: NAME }), Lookup, closed)),
};

/** A mapping written out. */
export const Mapping = Type.Object(
  {
    format: Type.Enum(['csv', 'json']),
    under: Type.Optional(
      Type.Array(SourceName, {
        minItems: 1,
        description: 'JSON: paths start at the first of these that is an object, else at the document',
      }),
    ),
    ...settings,
    records: Type.Array(RecordRule, { minItems: 1, description: 'The first whose conditions hold is taken' }),
  },
  closed,
);

/** A ready mapping, or one in a file, with settings of one's own. */
export const MappingUse = Type.Object(
  {
    use: Type.String({ minLength: 1, description: 'Name of a ready mapping, or a file beside the feed file' }),
    ...settings,
  },
  closed,
);

export type Mapping = Static<typeof Mapping>;
export type MappingUse = Static<typeof MappingUse>;
export type RecordRule = Static<typeof RecordRule>;
export type ValueRule = Static<typeof ValueRule>;
export type ValueSource = Static<typeof ValueSource>;
export type Condition = Static<typeof Condition>;
export type Lookup = Static<typeof Lookup>;
export type Numbers = Static<typeof Numbers>;
export type Constant = Static<typeof Constant>;
