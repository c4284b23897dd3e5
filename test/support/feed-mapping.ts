import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { decodeLogRecord, encodeLogRecord } from '../../services/contracts/log-record.ts';
import type { SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import { parseFeed } from '../../services/intake/feed-file/read-feed.ts';
import type { MapRow, Mapped } from '../../services/intake/mapping/map-row.ts';

/** Ports that show what they were given. */
export const openPorts = {
  pseudonymOf: (raw: string): string => `<${raw}>`,
  eventIdOf: (parts: readonly string[]): string => parts.join('|'),
};

const HEAD = 'feed: test\nsource: { type: stdin }\nprogress: { mode: ordered }\n';

/** A mapper of rows with these columns from the text of a feed's mapping, which must hold no mistakes. */
export function mapperOf(mapping: string, columns: readonly string[] = []): MapRow {
  const feed = parseFeed(`${HEAD}mapping:${mapping}`, tmpdir(), openPorts);
  assert.ok(feed.ok, feed.ok ? '' : feed.mistakes.join('\n'));
  const bound = feed.value.mapping.bindHeader(columns);
  assert.ok(bound.ok, bound.ok ? '' : bound.mistakes.join('\n'));
  return bound.value;
}

/** The mistakes of a feed's mapping. */
export function mistakesOf(mapping: string): readonly string[] {
  const feed = parseFeed(`${HEAD}mapping:${mapping}`, tmpdir(), openPorts);
  return feed.ok ? [] : feed.mistakes;
}

/** The record that a row became, which must survive the contract's bytes as it is. */
export function eventOf(mapped: Mapped): SubscriberEvent {
  assert.equal(mapped.kind, 'event', JSON.stringify(mapped));
  assert.deepEqual(decodeLogRecord(encodeLogRecord(mapped.record)), { ok: true, value: mapped.record });
  return mapped.record;
}
