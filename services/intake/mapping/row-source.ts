import { jsonClassOf, valueClassOf } from './value-class.ts';
import { parseSourcePath, readPath } from './source-path.ts';

/** Something that cannot be read as one value. */
export const REFUSED: unique symbol = Symbol('refused');
export type Refused = typeof REFUSED;

/** One value of a row as text; undefined where the row does not state it. */
export interface TextSource<Row> {
  read(row: Row): string | undefined | Refused;
  /** Kind and length of what stands there, for a reject. */
  classOf(row: Row): string;
}

/** The items of a list in a row. */
export interface ListSource<Row> {
  read(row: Row): readonly string[] | undefined | Refused;
}

/** Finds where the values of a row stand; what a name means depends on the format. */
export interface RowSource<Row> {
  /** A mistake as text where a row has no such place. */
  text(name: string): TextSource<Row> | string;
  list(name: string): ListSource<Row> | undefined;
}

/** A JSON document and the object in it under which the mapping's paths begin. */
export interface JsonRow {
  readonly document: unknown;
  readonly root: unknown;
}

/** Trims, and takes what stands for no value as none. */
export function createTextCleaner(emptyValues: readonly string[]): (text: string) => string | undefined {
  const empty = new Set(emptyValues);
  return (text) => {
    if (text === '') return undefined;
    const clean = text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32 ? text.trim() : text;
    return clean === '' || (empty.size > 0 && empty.has(clean)) ? undefined : clean;
  };
}

/**
 * Cells of a CSV row by the names of its columns.
 *
 * @param columns undefined while they are not known: every name is then taken.
 * @param stated they stand in the mapping. Those of a file may be its first row, and are not to be told as they are.
 */
export function createCsvSource(
  columns: readonly string[] | undefined,
  clean: (text: string) => string | undefined,
  stated: boolean,
): RowSource<readonly string[]> {
  const names = columns?.map((name) => name.trim()) ?? [];
  const indexes = new Map(names.map((name, index) => [name, index]));
  return {
    text(name) {
      const index = columns === undefined ? 0 : indexes.get(name);
      if (index === undefined) return `no column "${name}"${stated ? `; the columns are ${names.join(', ')}` : ''}`;
      if (names.indexOf(name) !== names.lastIndexOf(name)) return `two columns are named "${name}"`;
      return {
        read(cells) {
          const cell = cells[index];
          return cell === undefined ? undefined : clean(cell);
        },
        classOf: (cells) => valueClassOf(cells[index]),
      };
    },
    list: () => undefined,
  };
}

/** Values of a JSON row by their paths; numbers and booleans are taken as they would be written. */
export function createJsonSource(clean: (text: string) => string | undefined): RowSource<JsonRow> {
  return {
    text(name) {
      const path = parseSourcePath(name);
      if (path === undefined) return `"${name}" is no path; expected a.b, a[0].b, list[name=x].value or $.a`;
      const { fromDocument, steps } = path;
      return {
        read(row) {
          const value = readPath(fromDocument ? row.document : row.root, steps);
          if (typeof value === 'string') return clean(value);
          if (value === undefined) return undefined;
          if (typeof value === 'boolean') return String(value);
          // Beyond that, digits were lost when the JSON was parsed: two ids could have become one.
          return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? String(value) : REFUSED;
        },
        classOf: (row) => jsonClassOf(readPath(fromDocument ? row.document : row.root, steps)),
      };
    },
    list(name) {
      const path = parseSourcePath(name);
      if (path === undefined) return undefined;
      const { fromDocument, steps } = path;
      return {
        read(row) {
          const value = readPath(fromDocument ? row.document : row.root, steps);
          if (value === undefined) return undefined;
          const items: readonly unknown[] = Array.isArray(value) ? value : [value];
          return items.every((item) => typeof item === 'string') ? items : REFUSED;
        },
      };
    },
  };
}

/** Of several places the first that states a value. */
export function firstOf<Row>(sources: readonly TextSource<Row>[]): TextSource<Row> {
  const [only] = sources;
  if (sources.length === 1 && only !== undefined) return only;
  return {
    read(row) {
      for (const source of sources) {
        const text = source.read(row);
        if (text !== undefined) return text;
      }
      return undefined;
    },
    classOf: (row) => (sources.find((source) => source.read(row) !== undefined) ?? only)?.classOf(row) ?? 'absent',
  };
}
