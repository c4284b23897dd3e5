import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Value } from 'typebox/value';
import type { Checked } from '../mapping/map-row.ts';
import { explainMistakes } from './explain-mistakes.ts';
import type { FeedFile } from './feed-schema.ts';
import { Mapping } from './mapping-schema.ts';
import type { Constant, Lookup, MappingUse, Numbers } from './mapping-schema.ts';
import { parseYaml } from './parse-yaml.ts';
import { parseTwoColumns } from './two-columns.ts';

/** A mapping with nothing left to read; or the contract's own records in JSON, which need none. */
export type ResolvedMapping =
  | { readonly kind: 'mapped'; readonly mapping: Mapping }
  | { readonly kind: 'contract-json'; readonly numbers: Numbers | undefined };

const READY_FOLDER = join(import.meta.dirname, '..', 'mappings');

/** The ready mappings, by name. */
export const READY_MAPPINGS = [
  'contract-json',
  'tmf635-usage',
  'tmf654-top-up',
  'tmf621-trouble-ticket',
  'tmf683-party-interaction',
  'msc-voice-csv',
  'pgw-data-csv',
] as const;

/**
 * Finds the mapping that a feed names, lays the feed's own settings over it and reads its lookup files.
 *
 * @param folder of the feed file: where relative paths start.
 */
export function resolveMapping(written: FeedFile['mapping'], folder: string): Checked<ResolvedMapping> {
  if (typeof written === 'string') return resolveUse({ use: written }, folder);
  if ('use' in written) return resolveUse(written, folder);
  return withLookupFiles(written, folder);
}

function resolveUse({ use, ...settings }: MappingUse, folder: string): Checked<ResolvedMapping> {
  if (use === 'contract-json') {
    const { numbers, ...others } = settings;
    const mistakes = Object.keys(others).map((name) => `${name}: does not go with contract-json`);
    return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, value: { kind: 'contract-json', numbers } };
  }
  const isReady = READY_MAPPINGS.some((name) => name === use);
  if (!isReady && !/[/.]/.test(use)) {
    const expected = `expected one of ${READY_MAPPINGS.join(', ')}, or a file`;
    return { ok: false, mistakes: [`"${use}" is no ready mapping; ${expected}`] };
  }
  const path = isReady ? join(READY_FOLDER, `${use}.yaml`) : resolve(folder, use);
  const base = readMappingFile(path);
  if (!base.ok) return base;
  // Lookup files of a mapping file lie beside it, the feed's own beside the feed.
  const own = readLookupFiles(settings.lookups ?? {}, folder);
  const given = readLookupFiles(base.value.lookups ?? {}, dirname(path));
  if (!own.ok || !given.ok)
    return { ok: false, mistakes: [own, given].flatMap((part) => (part.ok ? [] : part.mistakes)) };
  const csv = { ...base.value.csv, ...settings.csv };
  const mapping: Mapping = {
    ...base.value,
    ...settings,
    lookups: { ...given.value, ...own.value },
    ...(Object.keys(csv).length > 0 ? { csv } : {}),
  };
  return { ok: true, value: { kind: 'mapped', mapping } };
}

function readMappingFile(path: string): Checked<Mapping> {
  const text = readText(path);
  if (!text.ok) return text;
  const parsed = parseYaml(text.value);
  if (!parsed.ok) return { ok: false, mistakes: parsed.mistakes.map((mistake) => `${path}: ${mistake}`) };
  const { value } = parsed;
  const mistakes = explainMistakes(Mapping, value);
  if (mistakes.length > 0) return { ok: false, mistakes: mistakes.map((mistake) => `${path}: ${mistake}`) };
  if (!Value.Check(Mapping, value)) return { ok: false, mistakes: [`${path}: expected a mapping`] };
  return { ok: true, value };
}

function withLookupFiles(mapping: Mapping, folder: string): Checked<ResolvedMapping> {
  if (mapping.lookups === undefined) return { ok: true, value: { kind: 'mapped', mapping } };
  const lookups = readLookupFiles(mapping.lookups, folder);
  return lookups.ok
    ? { ok: true, value: { kind: 'mapped', mapping: { ...mapping, lookups: lookups.value } } }
    : lookups;
}

function readLookupFiles(lookups: Readonly<Record<string, Lookup>>, folder: string): Checked<Record<string, Lookup>> {
  const mistakes: string[] = [];
  const read = Object.entries(lookups).map(([name, { file, ...lookup }]): [string, Lookup] => {
    if (file === undefined) return [name, lookup];
    const place = `lookups.${name}.file`;
    const text = readText(resolve(folder, file));
    const table = text.ok ? parseTwoColumns(text.value) : text;
    if (!table.ok) mistakes.push(...table.mistakes.map((mistake) => `${place}: ${mistake}`));
    const values: Record<string, Constant> = { ...(table.ok ? table.value : {}), ...lookup.values };
    return [name, { ...lookup, values }];
  });
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, value: Object.fromEntries(read) };
}

function readText(path: string): Checked<string> {
  try {
    return { ok: true, value: readFileSync(path, 'utf8') };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    return { ok: false, mistakes: [`${path} cannot be read (${why})`] };
  }
}
