import { isTimeZone } from '../../core/time/zone-offset.ts';
import type { Constant, Lookup, Mapping } from '../feed-file/mapping-schema.ts';
import { compileRecord } from './compile-record.ts';
import type { CompiledRecord } from './compile-record.ts';
import { createLocalTime } from './local-time.ts';
import type { LocalTime } from './local-time.ts';
import { createExactLookup, createPrefixLookup } from './lookup.ts';
import type { Checked, CompiledMapping, MapRow, Mapped, MappingPorts } from './map-row.ts';
import type { CompiledLookup, MappingContext } from './mapping-context.ts';
import { createNumberReader } from './number-format.ts';
import { toNumberFormat } from './numbers-setting.ts';
import { rejectOf } from './reject.ts';
import { createCsvSource, createJsonSource, createTextCleaner } from './row-source.ts';
import type { JsonRow } from './row-source.ts';
import { parseSourcePath, readPath } from './source-path.ts';
import { tellColumns } from './tell-columns.ts';
import { jsonClassOf } from './value-class.ts';

/**
 * Compiles a mapping to a function of one row. All mistakes are told together, each with its place below `mapping` and
 * what was expected; those of a header that is not known yet when it is bound.
 */
export function compileMapping(mapping: Mapping, ports: MappingPorts): Checked<CompiledMapping> {
  const mistakes: string[] = [];
  const mistake = (place: string, message: string): void => {
    mistakes.push(`${place}: ${message}`);
  };
  const shared = shareOf(mapping, ports, mistake);
  const clean = createTextCleaner(mapping.emptyValues ?? []);
  const compiled =
    mapping.format === 'csv' ? compileCsv(mapping, shared, clean, ports) : compileJson(mapping, shared, clean, ports);
  // With other mistakes it is not known what would be used.
  if (mistakes.length === 0) {
    for (const name of shared.unusedLookups()) mistake(`lookups.${name}`, 'no field uses it');
  }
  return mistakes.length > 0 ? { ok: false, mistakes: [...new Set(mistakes)] } : { ok: true, value: compiled };
}

type Shared = Omit<MappingContext<never>, 'source'> & { readonly unusedLookups: () => readonly string[] };
type Clean = (text: string) => string | undefined;

function compileCsv(mapping: Mapping, shared: Shared, clean: Clean, ports: MappingPorts): CompiledMapping {
  const { header = true, delimiter = ',', quote = '"', encoding = 'utf-8' } = mapping.csv ?? {};
  const columns = header === true ? undefined : header;
  if (mapping.under !== undefined) shared.mistake('under', 'only for JSON');
  if (!isEncoding(encoding)) shared.mistake('csv.encoding', 'expected the name of an encoding, e.g. gb18030');
  // What can be known without the columns is told now.
  compileRecords(mapping, { ...shared, source: createCsvSource(columns, clean, true) }, ports);
  return {
    rows: { format: 'csv', delimiter, quote, encoding, columns },
    statesProgress: false,
    bindHeader(names) {
      const mistakes: string[] = [];
      const source = createCsvSource(names, clean, false);
      const note = (place: string, message: string): void => {
        mistakes.push(`${place}: ${message}`);
      };
      const records = compileRecords(mapping, { ...shared, source, mistake: note }, ports);
      if (mistakes.length > 0) return { ok: false, mistakes: [...new Set(mistakes), tellColumns(names)] };
      return { ok: true, value: createCsvMapper(records, names.length) };
    },
  };
}

function createCsvMapper(records: readonly CompiledRecord<readonly string[]>[], columnCount: number): MapRow {
  const mapRecord = createRecordMapper(records);
  return (row) => {
    if (!isCells(row)) throw new TypeError('a CSV row is an array of texts');
    if (row.length !== columnCount) {
      return rejectOf('', {
        valueClass: `${row.length} cells`,
        reason: 'cell_count',
        expected: `${columnCount} cells`,
      });
    }
    return mapRecord(row);
  };
}

/** The reader of CSV files makes nothing else than texts. */
function isCells(row: unknown): row is readonly string[] {
  return Array.isArray(row);
}

function compileJson(mapping: Mapping, shared: Shared, clean: Clean, ports: MappingPorts): CompiledMapping {
  if (mapping.csv !== undefined) shared.mistake('csv', 'does not go with format json');
  const roots = (mapping.under ?? []).flatMap((name, index) => {
    const path = parseSourcePath(name);
    if (path === undefined) shared.mistake(`under[${index}]`, `"${name}" is no path`);
    return path === undefined ? [] : [path.steps];
  });
  const records = compileRecords(mapping, { ...shared, source: createJsonSource(clean) }, ports);
  const mapRecord = createRecordMapper(records);
  const map: MapRow = (document) => {
    if (!isObject(document)) {
      return rejectOf('', { valueClass: jsonClassOf(document), reason: 'not_an_object', expected: 'a JSON object' });
    }
    let root: object = document;
    for (const steps of roots) {
      const candidate = readPath(document, steps);
      if (isObject(candidate)) {
        root = candidate;
        break;
      }
    }
    return mapRecord({ document, root });
  };
  return { rows: { format: 'json' }, statesProgress: false, bindHeader: () => ({ ok: true, value: map }) };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compileRecords<Row>(
  mapping: Mapping,
  context: MappingContext<Row>,
  ports: MappingPorts,
): readonly CompiledRecord<Row>[] {
  return mapping.records.flatMap((rule, index) => compileRecord(rule, `records[${index}]`, context, ports) ?? []);
}

function createRecordMapper<Row extends readonly string[] | JsonRow>(
  records: readonly CompiledRecord<Row>[],
): (row: Row) => Mapped {
  const noRule = rejectOf('', {
    valueClass: 'row',
    reason: 'no_rule',
    expected: 'a row that one of the mapping’s records is for',
  });
  return (row) => {
    for (const record of records) if (record.matches(row)) return record.map(row);
    return noRule;
  };
}

function shareOf(mapping: Mapping, { pseudonymOf }: MappingPorts, mistake: Shared['mistake']): Shared {
  const format = mapping.numbers === undefined ? undefined : toNumberFormat(mapping.numbers, mistake);
  const readNumber = createNumberReader(format);
  const lookups = new Map<string, CompiledLookup>();
  for (const [name, lookup] of Object.entries(mapping.lookups ?? {})) {
    lookups.set(name, compileLookup(lookup, `lookups.${name}`, mistake));
  }
  const used = new Set<string>();
  return {
    lookupNames: [...lookups.keys()],
    lookupOf(name) {
      used.add(name);
      return lookups.get(name);
    },
    unusedLookups: () => [...lookups.keys()].filter((name) => !used.has(name)),
    readNumber,
    pseudonymOf,
    zoneOf: createZones(mapping.timeZone, mistake),
    currencyDigits: mapping.currencyDigits ?? 2,
    decimalSign: mapping.decimal ?? '.',
    mistake,
  };
}

/** Zones by name, each made once. */
function createZones(own: string | undefined, mistake: Shared['mistake']): Shared['zoneOf'] {
  if (own !== undefined && !isTimeZone(own)) mistake('timeZone', `"${own}" is no IANA time zone`);
  const zones = new Map<string, LocalTime>();
  return (name = own) => {
    if (name === undefined || !isTimeZone(name)) return undefined;
    let zone = zones.get(name);
    if (zone === undefined) zones.set(name, (zone = createLocalTime(name)));
    return zone;
  };
}

function compileLookup(lookup: Lookup, place: string, mistake: Shared['mistake']): CompiledLookup {
  const { match = 'exact', of = 'text', values = {}, default: fallback } = lookup;
  if (lookup.file !== undefined) mistake(`${place}.file`, 'has not been read');
  const entries = Object.entries(values);
  if (entries.length === 0 && fallback === undefined) mistake(place, 'expected values, a file or a default');
  const find = match === 'prefix' ? createPrefixLookup<Constant>(entries) : createExactLookup<Constant>(entries);
  const constants = [...new Set([...entries.map(([, value]) => value), ...(fallback === undefined ? [] : [fallback])])];
  return { of, find: fallback === undefined ? find : (key) => find(key) ?? fallback, constants };
}

function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}
