import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Value } from 'typebox/value';
import { FeedFile } from './feed-file/feed-schema.ts';
import type { FeedProgressRule, FeedSource } from './feed-file/feed-schema.ts';
import { parseYaml } from './feed-file/parse-yaml.ts';
import { readFeed } from './feed-file/read-feed.ts';
import type { Feed } from './feed-file/read-feed.ts';
import { resolveMapping } from './feed-file/resolve-mapping.ts';
import type { IntakeFeed } from './intake-feed.ts';
import type { Checked, MappingPorts } from './mapping/map-row.ts';
import { createFileNameTime } from './progress/file-name-time.ts';
import { mappingIdentity, printOf } from './mapping-identity.ts';
import type { ProgressRule } from './progress/progress-tracker.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Reads a feed file to what runs; all mistakes together. Relative paths of sources start at the feed file. */
export function toIntakeFeed(path: string, ports: Omit<MappingPorts, 'feed'>): Checked<IntakeFeed> {
  const read = readFeed(path, ports);
  if (!read.ok) return read;
  const feed = read.value;
  const mistakes = unfitnessOf(feed).map((mistake) => `${path}: ${mistake}`);
  if (mistakes.length > 0) return { ok: false, mistakes };
  const { name, progress, rejects, rowsPerSecond, mapping } = feed;
  const quietAfterMinutes = 'quietAfterMinutes' in progress ? progress.quietAfterMinutes : undefined;
  return {
    ok: true,
    value: {
      name,
      source: withAbsolutePath(feed.source, dirname(path)),
      mapping,
      ...idsOf(path),
      progress: toRule(progress),
      fileTimeOf: fileTimeOf(progress),
      quietAfterMs: quietAfterMinutes === undefined ? undefined : quietAfterMinutes * MINUTE_MS,
      maxRejectShare: rejects.maxShare,
      rejectTopic: rejects.topic,
      rowsPerSecond,
    },
  };
}

/** What fits the schema and yet cannot run. */
function unfitnessOf({ source, progress, mapping }: Feed): readonly string[] {
  const mistakes: string[] = [];
  if (source.type === 'topic' && progress.mode === 'end-of-file') {
    mistakes.push('progress.mode: a topic has no end of file');
  }
  if (source.type === 'topic' && mapping.rows.format === 'csv' && mapping.rows.columns === undefined) {
    mistakes.push('mapping.csv.header: expected the names of the columns, for a topic has no first line');
  }
  return mistakes;
}

function withAbsolutePath(source: FeedSource, folder: string): FeedSource {
  return source.type === 'file' || source.type === 'folder'
    ? { ...source, path: resolve(folder, source.path) }
    : source;
}

function toRule(progress: FeedProgressRule): ProgressRule {
  if (progress.mode === 'stated') return { mode: progress.mode };
  const { maxStepHours } = progress;
  const steps = maxStepHours === undefined ? {} : { maxStepMs: maxStepHours * HOUR_MS };
  if (progress.mode !== 'bounded-disorder') return { mode: progress.mode, ...steps };
  return { mode: progress.mode, boundMs: progress.minutes * MINUTE_MS, ...steps };
}

function fileTimeOf(progress: FeedProgressRule): IntakeFeed['fileTimeOf'] {
  if (progress.mode !== 'end-of-file' || progress.fileNameTime === undefined) return undefined;
  const { format, timeZone = 'UTC' } = progress.fileNameTime;
  return createFileNameTime(format, timeZone);
}

/** Prints of a mapping with all that it takes from other files. The feed file is known to be free of mistakes. */
function idsOf(path: string): Pick<IntakeFeed, 'mappingId' | 'identityId'> {
  const parsed = parseYaml(readFileSync(path, 'utf8'));
  if (!parsed.ok || !Value.Check(FeedFile, parsed.value)) throw new TypeError(`${path} changed while it was read`);
  const resolved = resolveMapping(parsed.value.mapping, dirname(path));
  if (!resolved.ok) throw new TypeError(`${path} changed while it was read`);
  return { mappingId: printOf(resolved), identityId: mappingIdentity(resolved.value) };
}
