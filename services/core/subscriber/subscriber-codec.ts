import type { CustomerType, PaymentType } from '../events/account.ts';
import type { ByteReader } from '../encoding/byte-reader.ts';
import { createByteReader } from '../encoding/byte-reader.ts';
import { createByteWriter } from '../encoding/byte-writer.ts';
import type { RiskBand } from '../risk/risk.ts';
import type { DayTile } from './day-tile.ts';
import { RECENCY_KINDS } from './subscriber-state.ts';
import type {
  BillState,
  ComplaintState,
  ContactState,
  Latest,
  RiskState,
  SubscriberState,
} from './subscriber-state.ts';

/** First byte of every stored value. A new layout gets a new number and a reader for the old one. */
export const STATE_VERSION = 1;

const PAYMENT_TYPES: readonly PaymentType[] = ['unspecified', 'prepaid', 'postpaid'];
const CUSTOMER_TYPES: readonly CustomerType[] = [
  'unspecified',
  'personal',
  'group',
  'family',
  'government_enterprise',
  'public',
];
const BANDS: readonly RiskBand[] = ['low', 'medium', 'high'];

const writer = createByteWriter();

/**
 * One subscriber as bytes: about 60 bytes of head, 5 per contact, 3 to 15 per active day and 6 per event of the days
 * in which a duplicate could still come. Times are stored as distances back from the latest event, days as distances
 * between neighbours, so that most numbers take one or two bytes. Equal states give equal bytes.
 */
export function encodeSubscriber(state: SubscriberState): Uint8Array<ArrayBuffer> {
  const base = state.lastEventAtMs;
  writer.begin();
  writer.byte(STATE_VERSION);
  writer.signed(base);
  writer.varint(base - state.firstSeenAtMs);
  for (const atMs of state.lastAtMs) writer.varint(atMs === 0 ? 0 : base - atMs + 1);
  writeLatest(base, state.activatedAtMs, (value) => {
    writer.signed(base - value);
  });
  writeLatest(base, state.paymentType, (value) => {
    writer.byte(PAYMENT_TYPES.indexOf(value));
  });
  writeLatest(base, state.customerType, (value) => {
    writer.byte(CUSTOMER_TYPES.indexOf(value));
  });
  writeLatest(base, state.birthYear, (value) => {
    writer.varint(value);
  });
  writeLatest(base, state.balanceMinor, (value) => {
    writer.signed(value);
  });
  writeLatest(base, state.contract, (value) => {
    writeOptional(value, ({ endsAtMs, binding }) => {
      writer.signed(base - endsAtMs);
      writer.byte(binding ? 1 : 0);
    });
  });
  writeLatest(base, state.closed, (value) => {
    writer.byte(value ? 1 : 0);
  });
  writeLatest(base, state.marketingAllowed, (value) => {
    writer.byte(value ? 1 : 0);
  });
  writeLatest(base, state.faultSurveyScore, (value) => {
    writer.varint(value);
  });
  writeList(state.bills, (bill) => {
    writer.varint(bill.month);
    writer.signed(bill.totalMinor);
    writer.signed(bill.outOfBundleDataMinor);
  });
  writeList(state.complaints, ({ idHash, firstDay, lastDay }) => {
    writer.varint(idHash);
    writer.signed(firstDay);
    writer.signed(lastDay - firstDay);
  });
  writeList(state.faults, ({ idHash, reportedAtMs, repairedAtMs }) => {
    writer.varint(idHash);
    writer.signed(base - reportedAtMs);
    writeOptional(repairedAtMs === 0 ? undefined : repairedAtMs, (atMs) => {
      writer.signed(base - atMs);
    });
  });
  writeTiles(state.tiles);
  const newestDay = state.tiles.at(-1)?.day ?? 0;
  writeList(state.circle, ({ partyHash, lastDay }) => {
    writer.varint(partyHash);
    writer.signed(newestDay - lastDay);
  });
  writer.varint(state.lastScoredAtMs === 0 ? 0 : state.lastScoredAtMs - state.firstSeenAtMs + 1);
  writeRisk(base, state.risk);
  return writer.take();
}

/** @throws RangeError where the bytes are not a state of a known version. */
export function decodeSubscriber(bytes: Uint8Array): SubscriberState {
  const reader = createByteReader(bytes);
  const version = reader.byte();
  if (version !== STATE_VERSION)
    throw new RangeError(`subscriber state of version ${version}, expected ${STATE_VERSION}`);
  const base = reader.signed();
  const firstSeenAtMs = base - reader.varint();
  const lastAtMs = RECENCY_KINDS.map(() => {
    const distance = reader.varint();
    return distance === 0 ? 0 : base - distance + 1;
  });
  const activatedAtMs = readLatest(reader, base, () => base - reader.signed());
  const paymentType = readLatest(reader, base, () => member(PAYMENT_TYPES, reader.byte()));
  const customerType = readLatest(reader, base, () => member(CUSTOMER_TYPES, reader.byte()));
  const birthYear = readLatest(reader, base, () => reader.varint());
  const balanceMinor = readLatest(reader, base, () => reader.signed());
  const contract = readLatest(reader, base, () =>
    readOptional(reader, () => ({ endsAtMs: base - reader.signed(), binding: reader.byte() === 1 })),
  );
  const closed = readLatest(reader, base, () => reader.byte() === 1);
  const marketingAllowed = readLatest(reader, base, () => reader.byte() === 1);
  const faultSurveyScore = readLatest(reader, base, () => reader.varint());
  const bills = readList(reader, readBill);
  const complaints = readList(reader, readComplaint);
  const faults = readList(reader, () => ({
    idHash: reader.varint(),
    reportedAtMs: base - reader.signed(),
    repairedAtMs: readOptional(reader, () => base - reader.signed()) ?? 0,
  }));
  const tiles = readTiles(reader);
  const newestDay = tiles.at(-1)?.day ?? 0;
  const circle = readList(reader, (): ContactState => ({
    partyHash: reader.varint(),
    lastDay: newestDay - reader.signed(),
  }));
  const scored = reader.varint();
  const lastScoredAtMs = scored === 0 ? 0 : firstSeenAtMs + scored - 1;
  const risk = readRisk(reader, base);
  if (!reader.isAtEnd()) throw new RangeError('bytes are left after the subscriber state');
  return {
    firstSeenAtMs,
    lastEventAtMs: base,
    lastAtMs,
    activatedAtMs,
    paymentType,
    customerType,
    birthYear,
    balanceMinor,
    contract,
    closed,
    marketingAllowed,
    faultSurveyScore,
    bills,
    complaints,
    faults,
    circle,
    tiles,
    lastScoredAtMs,
    risk,
  };
}

function writeTiles(tiles: readonly DayTile[]): void {
  writer.varint(tiles.length);
  let previous = 0;
  for (const tile of tiles) {
    writer.signed(tile.day - previous);
    previous = tile.day;
    writer.varint(tile.mask >>> 0);
    for (const value of tile.values) writer.signed(value);
    writeList(tile.prints, (print) => {
      writer.uint48(print);
    });
  }
}

function readTiles(reader: ByteReader): DayTile[] {
  let previous = 0;
  return readList(reader, () => {
    const day = previous + reader.signed();
    previous = day;
    const mask = reader.varint() | 0;
    const values: number[] = [];
    for (let rest = mask; rest !== 0; rest &= rest - 1) values.push(reader.signed());
    return { day, mask, values, prints: readList(reader, () => reader.uint48()) };
  });
}

/** Band, flags and the score's exact bits: what was said must be what is told later. */
function writeRisk(base: number, risk: RiskState): void {
  writer.byte(BANDS.indexOf(risk.band) | (risk.episodeOpen ? 4 : 0) | (risk.riskScore === undefined ? 0 : 8));
  if (risk.riskScore !== undefined) writer.float64(risk.riskScore);
  writeOptional(risk.belowSinceMs, (atMs) => {
    writer.signed(base - atMs);
  });
  writer.varint(risk.episode);
  writeOptional(risk.episodeOpenedAtMs, (atMs) => {
    writer.signed(base - atMs);
  });
  writeOptional(risk.episodeClosedAtMs, (atMs) => {
    writer.signed(base - atMs);
  });
  writeOptional(risk.suppressedUntilMs, (atMs) => {
    writer.signed(atMs - base);
  });
}

function readRisk(reader: ByteReader, base: number): RiskState {
  const flags = reader.byte();
  const scored = (flags & 8) !== 0;
  return {
    band: member(BANDS, flags & 3),
    riskScore: scored ? reader.float64() : undefined,
    belowSinceMs: readOptional(reader, () => base - reader.signed()),
    episode: reader.varint(),
    episodeOpenedAtMs: readOptional(reader, () => base - reader.signed()),
    episodeClosedAtMs: readOptional(reader, () => base - reader.signed()),
    episodeOpen: (flags & 4) !== 0,
    suppressedUntilMs: readOptional(reader, () => base + reader.signed()),
  };
}

function readComplaint(reader: ByteReader): ComplaintState {
  const idHash = reader.varint();
  const firstDay = reader.signed();
  return { idHash, firstDay, lastDay: firstDay + reader.signed() };
}

function readBill(reader: ByteReader): BillState {
  return { month: reader.varint(), totalMinor: reader.signed(), outOfBundleDataMinor: reader.signed() };
}

function writeOptional<T>(value: T | undefined, write: (value: T) => void): void {
  writer.byte(value === undefined ? 0 : 1);
  if (value !== undefined) write(value);
}

function readOptional<T>(reader: ByteReader, read: () => T): T | undefined {
  return reader.byte() === 0 ? undefined : read();
}

function writeLatest<T>(base: number, latest: Latest<T> | undefined, write: (value: T) => void): void {
  writeOptional(latest, ({ value, atMs }) => {
    writer.signed(base - atMs);
    write(value);
  });
}

function readLatest<T>(reader: ByteReader, base: number, read: () => T): Latest<T> | undefined {
  return readOptional(reader, () => {
    const atMs = base - reader.signed();
    return { value: read(), atMs };
  });
}

function writeList<T>(items: readonly T[], write: (item: T) => void): void {
  writer.varint(items.length);
  for (const item of items) write(item);
}

function readList<T>(reader: ByteReader, read: (reader: ByteReader) => T): T[] {
  const length = reader.varint();
  const items: T[] = [];
  for (let i = 0; i < length; i++) items.push(read(reader));
  return items;
}

function member<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError('a stored code is not known');
  return value;
}
