import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Value } from 'typebox/value';
import { isTimeZone } from '../../core/time/zone-offset.ts';
import { compileContractJson } from '../mapping/contract-json.ts';
import { compileMapping } from '../mapping/compile-mapping.ts';
import type { Checked, CompiledMapping, MappingPorts } from '../mapping/map-row.ts';
import { fileNameFormatMistake } from '../progress/file-name-time.ts';
import { explainMistakes } from './explain-mistakes.ts';
import { FeedFile } from './feed-schema.ts';
import type { FeedProgressRule, FeedSource } from './feed-schema.ts';
import { parseYaml } from './parse-yaml.ts';
import { resolveMapping } from './resolve-mapping.ts';

/** A feed file that has been found free of mistakes. */
export interface Feed {
  readonly name: string;
  readonly source: FeedSource;
  readonly progress: FeedProgressRule;
  readonly rejects: { readonly maxShare: number; readonly topic: string | undefined };
  /** Undefined: no limit. */
  readonly rowsPerSecond: number | undefined;
  readonly mapping: CompiledMapping;
}

const DEFAULT_MAX_SHARE = 0.05;

/** Reads a feed file, and the files that it names; all mistakes are told together, before anything is imported. */
export function readFeed(path: string, ports: Omit<MappingPorts, 'feed'>): Checked<Feed> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    return { ok: false, mistakes: [`${path} cannot be read (${why})`] };
  }
  const feed = parseFeed(text, dirname(path), ports);
  return feed.ok ? feed : { ok: false, mistakes: feed.mistakes.map((mistake) => `${path}: ${mistake}`) };
}

/**
 * The same of a feed file's text.
 *
 * @param folder where paths of mappings and lookups start.
 */
export function parseFeed(text: string, folder: string, ports: Omit<MappingPorts, 'feed'>): Checked<Feed> {
  const parsed = parseYaml(text);
  if (!parsed.ok) return parsed;
  const { value } = parsed;
  const wrong = explainMistakes(FeedFile, value);
  if (wrong.length > 0) return { ok: false, mistakes: [...wrong, ...mappingMistakes(value, folder, ports)] };
  if (!Value.Check(FeedFile, value)) return { ok: false, mistakes: ['file: expected a feed'] };
  const mapping = compile(value.mapping, value.feed, folder, ports);
  const mistakes = [...contradictionsOf(value, mapping), ...(mapping.ok ? [] : mapping.mistakes)];
  if (!mapping.ok || mistakes.length > 0) return { ok: false, mistakes };
  const { feed: name, source, progress, rejects = {}, rowsPerSecond } = value;
  return {
    ok: true,
    value: {
      name,
      source,
      progress,
      rejects: { maxShare: rejects.maxShare ?? DEFAULT_MAX_SHARE, topic: rejects.topic },
      rowsPerSecond,
      mapping: mapping.value,
    },
  };
}

function compile(
  written: FeedFile['mapping'],
  feed: string,
  folder: string,
  ports: Omit<MappingPorts, 'feed'>,
): Checked<CompiledMapping> {
  const resolved = resolveMapping(written, folder);
  if (!resolved.ok) return { ok: false, mistakes: resolved.mistakes.map((mistake) => `mapping: ${mistake}`) };
  const named = { ...ports, feed };
  const compiled =
    resolved.value.kind === 'mapped'
      ? compileMapping(resolved.value.mapping, named)
      : compileContractJson(resolved.value.numbers, named);
  return compiled.ok ? compiled : { ok: false, mistakes: compiled.mistakes.map((mistake) => `mapping.${mistake}`) };
}

/** Where other parts of the file are wrong, the mapping's mistakes are told all the same. */
function mappingMistakes(file: unknown, folder: string, ports: Omit<MappingPorts, 'feed'>): readonly string[] {
  if (typeof file !== 'object' || file === null || !('mapping' in file)) return [];
  const { mapping } = file;
  if (!Value.Check(FeedFile.properties.mapping, mapping)) return [];
  const compiled = compile(mapping, 'feed', folder, ports);
  return compiled.ok ? [] : compiled.mistakes;
}

function contradictionsOf({ progress }: FeedFile, mapping: Checked<CompiledMapping>): readonly string[] {
  const mistakes: string[] = [];
  if (mapping.ok && progress.mode === 'stated' && !mapping.value.statesProgress) {
    mistakes.push('progress.mode: "stated" goes with mapping contract-json only');
  }
  if (progress.mode === 'end-of-file' && progress.fileNameTime !== undefined) {
    const { format, timeZone } = progress.fileNameTime;
    const wrong = fileNameFormatMistake(format);
    if (wrong !== undefined) mistakes.push(`progress.fileNameTime.format: ${wrong}`);
    if (timeZone !== undefined && !isTimeZone(timeZone)) {
      mistakes.push(`progress.fileNameTime.timeZone: "${timeZone}" is no IANA time zone`);
    }
  }
  return mistakes;
}
