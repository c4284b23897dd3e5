import { createHash } from 'node:crypto';
import type { Mapping, RecordRule, ValueSource } from './feed-file/mapping-schema.ts';
import type { ResolvedMapping } from './feed-file/resolve-mapping.ts';

/** A short print of a value that can be written as JSON. */
export function printOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16);
}

/**
 * Prints of what decides which event a row becomes, of whom and when: the mapping's settings, then each rule in its
 * order. Where they differ, a row sent again may become a second event.
 */
export function mappingIdentity(resolved: ResolvedMapping): string {
  if (resolved.kind === 'contract-json') return printOf(resolved.numbers ?? null);
  const { mapping } = resolved;
  const { format, under, csv, timeZone, numbers, emptyValues } = mapping;
  const settings = { format, under, csv, timeZone, numbers, emptyValues };
  return [settings, ...mapping.records.map((rule) => identityOf(rule, mapping))].map(printOf).join('.');
}

/** A rule that comes last takes only rows that none took before: those were rejected, and never sent. */
export function keepsIdentity(before: string | undefined, now: string): boolean {
  return before !== undefined && (now === before || now.startsWith(`${before}.`));
}

function identityOf({ when, skip, event, id = [], subscriber, occurredAt }: RecordRule, { lookups = {} }: Mapping) {
  const sources = subscriber === undefined ? id : [...id, subscriber];
  const tables = sources.flatMap(lookupOf).map((name) => lookups[name] ?? null);
  return { when, isSkip: skip !== undefined, event, id, subscriber, occurredAt, tables };
}

function lookupOf(source: ValueSource): readonly string[] {
  return typeof source === 'string' || source.lookup === undefined ? [] : [source.lookup];
}
