/** Query parameters of a TMF list: paging and projection by name, every other one a filter on an attribute. */
export type TmfQuery = Readonly<Record<string, unknown>>;

const reserved: readonly string[] = ['offset', 'limit', 'fields'];

/** Wanted values of one attribute; any of them will do. */
export interface AttributeFilter {
  /** Path with dots, e.g. "relatedParty.id". */
  readonly path: string;
  readonly values: readonly string[];
}

/** Filters of a query. Values may be quoted, lists are written with commas or by repeating the parameter. */
export function filtersOf(query: TmfQuery): readonly AttributeFilter[] {
  return Object.entries(query)
    .filter(([name]) => !reserved.includes(name))
    .map(([path, given]) => ({ path, values: textsOf(given).flatMap(splitList) }));
}

/** Whether a resource has one of the wanted values at every filtered path; a list matches by any of its members. */
export function matchesFilters(resource: object, filters: readonly AttributeFilter[]): boolean {
  return filters.every(({ path, values }) =>
    valuesAt(resource, path.split('.')).some((value) => values.includes(value)),
  );
}

/** The resource with only the attributes named in `fields` ("a,b.c"), and always `id`, `href` and the types. */
export function project<T extends object>(resource: T, fields: string | undefined): Partial<T> {
  if (fields === undefined || fields.trim() === '') return resource;
  const paths = fields.split(',').map((field) => field.trim().split('.'));
  for (const kept of ['id', 'href', '@type', '@baseType']) paths.push([kept]);
  return pick(resource, paths);
}

function pick<T extends object>(resource: T, paths: readonly string[][]): Partial<T> {
  const picked: Partial<T> = {};
  for (const key of keysOf(resource)) {
    const inner = paths.filter(([first]) => first === key).map(([, ...rest]) => rest);
    if (inner.length === 0) continue;
    const value = resource[key];
    picked[key] = inner.some((path) => path.length === 0) ? value : pickInside(value, inner);
  }
  return picked;
}

function pickInside<V>(value: V, paths: readonly string[][]): V;
function pickInside(value: unknown, paths: readonly string[][]): unknown {
  if (Array.isArray(value)) return value.map((member: unknown) => pickInside(member, paths));
  return typeof value === 'object' && value !== null ? pick(value, paths) : value;
}

function keysOf<T extends object>(resource: T): (keyof T & string)[] {
  return Object.keys(resource).filter((key): key is keyof T & string => key in resource);
}

function valuesAt(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((member: unknown) => valuesAt(member, path));
  const [first, ...rest] = path;
  if (first === undefined) return value === undefined ? [] : [plainText(value)];
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return [];
  return valuesAt(Object.entries(value).find(([key]) => key === first)?.[1], rest);
}

function textsOf(given: unknown): string[] {
  if (Array.isArray(given)) return given.map(plainText);
  return given === undefined ? [] : [plainText(given)];
}

/** Splits at commas outside quotes and takes the quotes off. */
function splitList(text: string): string[] {
  const members = text.match(/"[^"]*"|[^,]+/g) ?? [''];
  return members.map((member) => /^"(.*)"$/.exec(member.trim())?.[1] ?? member.trim());
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
