/** The part of JSON Schema that the feed file's schema is written in. */
interface SchemaNode {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minItems?: number;
  readonly minProperties?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}
type PlainObject = Readonly<Record<string, unknown>>;

/**
 * Every mistake of a value by a schema, each with its place and what was expected. Of alternatives the one that the
 * value means is taken: by a constant such as `type`, else by the most keys in common.
 */
export function explainMistakes(schema: object, value: unknown, place = ''): readonly string[] {
  return isNode(schema) ? mistakesOf(schema, value, place) : [];
}

function mistakesOf(node: SchemaNode, value: unknown, place: string): readonly string[] {
  if (node.anyOf !== undefined) return mistakesOfAny(node.anyOf, value, place);
  const wrong = [`${place === '' ? 'file' : place}: expected ${describe(node)}`];
  if ('const' in node) return value === node.const ? [] : wrong;
  if (node.enum !== undefined) return node.enum.includes(value) ? [] : wrong;
  switch (node.type) {
    case 'object':
      return isObject(value) ? mistakesOfObject(node, value, place) : wrong;
    case 'array':
      if (!Array.isArray(value) || value.length < (node.minItems ?? 0)) return wrong;
      return value.flatMap((item, index) => mistakesOf(node.items ?? {}, item, `${place}[${index}]`));
    case 'string':
      return typeof value === 'string' && isTextOf(node, value) ? [] : wrong;
    case 'number':
    case 'integer':
      return typeof value === 'number' && isNumberOf(node, value) ? [] : wrong;
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong;
    default:
      return [];
  }
}

function mistakesOfObject(node: SchemaNode, value: PlainObject, place: string): readonly string[] {
  const { properties = {}, required = [], patternProperties = {} } = node;
  const at = (name: string): string => (place === '' ? name : `${place}.${name}`);
  const patterns = Object.entries(patternProperties).map(([pattern, item]) => [new RegExp(pattern), item] as const);
  const missing = required
    .filter((name) => value[name] === undefined)
    .map((name) => `${at(name)}: missing; expected ${describe(properties[name] ?? {})}`);
  const found = Object.entries(value).flatMap(([name, item]) => {
    const property = Object.hasOwn(properties, name)
      ? properties[name]
      : patterns.find(([pattern]) => pattern.test(name))?.[1];
    if (property !== undefined) return item === undefined ? [] : mistakesOf(property, item, at(name));
    if (node.additionalProperties !== false) return [];
    const names = Object.keys(properties);
    return [
      `${at(name)}: unknown key; expected ${names.length > 0 ? `one of ${names.join(', ')}` : `a name like ${Object.keys(patternProperties).join(' or ')}`}`,
    ];
  });
  const tooFew = Object.keys(value).length < (node.minProperties ?? 0) ? [`${place}: expected at least one entry`] : [];
  return [...missing, ...found, ...tooFew];
}

function mistakesOfAny(branches: readonly SchemaNode[], value: unknown, place: string): readonly string[] {
  const results = branches.map((branch) => ({ branch, mistakes: mistakesOf(branch, value, place) }));
  if (results.some(({ mistakes }) => mistakes.length === 0)) return [];
  const meant = results.filter(({ branch }) => branch.type === jsonTypeOf(value));
  if (!isObject(value) || meant.length === 0) {
    const [only] = meant;
    if (meant.length === 1 && only !== undefined) return only.mistakes;
    return [`${place}: expected ${[...new Set(branches.map(describe))].join(' or ')}`];
  }
  const objects = meant.map(({ branch }) => branch);
  const discriminator = discriminatorOf(objects);
  if (discriminator !== undefined) {
    const chosen = meant.find(({ branch }) => branch.properties?.[discriminator]?.const === value[discriminator]);
    if (chosen !== undefined) return chosen.mistakes;
    const known = objects.map((branch) => JSON.stringify(branch.properties?.[discriminator]?.const));
    return [`${place}.${discriminator}: expected one of ${known.join(', ')}`];
  }
  const keys = Object.keys(value);
  const common = (branch: SchemaNode): number =>
    keys.filter((key) => Object.hasOwn(branch.properties ?? {}, key)).length;
  const [closest] = meant.toSorted(
    (a, b) => common(b.branch) - common(a.branch) || a.mistakes.length - b.mistakes.length,
  );
  return closest?.mistakes ?? [];
}

/** The property by which alternatives tell themselves apart. */
function discriminatorOf(branches: readonly SchemaNode[]): string | undefined {
  const [first] = branches;
  return Object.keys(first?.properties ?? {}).find((name) =>
    branches.every((branch) => branch.properties?.[name]?.const !== undefined),
  );
}

function describe(node: SchemaNode): string {
  if (node.anyOf !== undefined) return [...new Set(node.anyOf.map(describe))].join(' or ');
  if ('const' in node) return JSON.stringify(node.const);
  if (node.enum !== undefined) return `one of ${node.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  switch (node.type) {
    case 'object': {
      const [name, kind] = Object.entries(node.properties ?? {}).find(([, property]) => 'const' in property) ?? [];
      if (name !== undefined && kind !== undefined) return `{ ${name}: ${describe(kind)}, … }`;
      return node.required === undefined ? 'named values' : `{ ${node.required.join(', ')}, … }`;
    }
    case 'array':
      return `a list${node.items === undefined ? '' : ` of ${describe(node.items)}`}`;
    case 'string': {
      if (node.pattern !== undefined) return `a text like ${node.pattern}`;
      const { minLength = 0, maxLength } = node;
      if (maxLength !== undefined)
        return minLength === maxLength ? `${maxLength} character` : `at most ${maxLength} character`;
      return minLength > 0 ? 'a text that is not empty' : 'a text';
    }
    case 'number':
    case 'integer':
      return `${node.type === 'integer' ? 'a whole number' : 'a number'}${describeRange(node)}`;
    case 'boolean':
      return 'true or false';
    default:
      return 'anything';
  }
}

function describeRange({ minimum, maximum, exclusiveMinimum }: SchemaNode): string {
  const bounds = [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`]),
  ];
  return bounds.length === 0 ? '' : ` ${bounds.join(' ')}`;
}

function isTextOf({ minLength = 0, maxLength = Infinity, pattern }: SchemaNode, text: string): boolean {
  return (
    text.length >= minLength && text.length <= maxLength && (pattern === undefined || new RegExp(pattern).test(text))
  );
}

function isNumberOf(
  { type, minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity }: SchemaNode,
  value: number,
): boolean {
  if (!Number.isFinite(value) || (type === 'integer' && !Number.isInteger(value))) return false;
  return value >= minimum && value <= maximum && value > exclusiveMinimum;
}

function jsonTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Schemas are our own; a test holds this reading of them equal to the library's. */
function isNode(value: unknown): value is SchemaNode {
  return isObject(value);
}
