import type { ByteReader } from '../encoding/byte-reader.ts';
import { createByteReader } from '../encoding/byte-reader.ts';
import { createByteWriter } from '../encoding/byte-writer.ts';
import { readPrediction, writePrediction } from './prediction-codec.ts';
import { readProfile, writeProfile } from './profile-codec.ts';
import { readRisk, writeRisk } from './risk-codec.ts';
import { RECENCY_KINDS } from './subscriber-state.ts';
import type { BillState, ComplaintState, ContactState, FaultState, SubscriberState } from './subscriber-state.ts';
import { readTiles, writeTiles } from './tile-codec.ts';

/** First byte of every stored value. A new layout gets a new number. */
export const STATE_VERSION = 3;
/** As 3, without a prediction. Still read, so that an installation can be brought up to date without a replay. */
const WITHOUT_PREDICTION = 2;

/** One of each serves all: values are written and read one after the other. */
const writer = createByteWriter();
const reader = createByteReader();

/**
 * One subscriber as bytes: some 40 bytes of head, 5 per contact, 3 to 15 per active day and 6 per event of the days
 * in which a duplicate could still come. Times are stored as distances back from the latest event, days as distances
 * between neighbours, so that most numbers take one or two bytes. Equal states give equal bytes.
 *
 * @returns bytes that share memory with other states': write them out or copy them, do not keep them.
 */
export function encodeSubscriber(state: SubscriberState): Uint8Array<ArrayBuffer> {
  const { lastEventAtMs: base, firstSeenAtMs, lastAtMs, lastScoredAtMs, tiles } = state;
  writer.begin();
  writer.byte(STATE_VERSION);
  writer.signed(base);
  writer.varint(base - firstSeenAtMs);
  writer.varint(lastScoredAtMs === 0 ? 0 : lastScoredAtMs - firstSeenAtMs + 1);
  writeRecency(base, lastAtMs);
  writeRisk(writer, base, state.risk);
  writePrediction(writer, base, state.prediction);
  writeProfile(writer, base, state);
  writeTiles(writer, tiles);
  // Most subscribers have neither bills nor complaints nor faults: the circle's length says whether they follow.
  const isRare = state.bills.length + state.complaints.length + state.faults.length > 0;
  writer.varint(state.circle.length * 2 + (isRare ? 1 : 0));
  writeCircle(state.circle, tiles.at(-1)?.day ?? 0);
  if (isRare) writeRareLists(base, state);
  return writer.take();
}

/** @throws RangeError where the bytes are not a state of this version or of one that can still be read. */
export function decodeSubscriber(bytes: Uint8Array): SubscriberState {
  reader.begin(bytes);
  const version = reader.byte();
  if (version !== STATE_VERSION && version !== WITHOUT_PREDICTION) {
    throw new RangeError(`subscriber state of version ${version}, expected ${STATE_VERSION}`);
  }
  const base = reader.signed();
  const firstSeenAtMs = base - reader.varint();
  const scored = reader.varint();
  const lastAtMs = readRecency(base);
  const risk = readRisk(reader, base);
  const prediction = version === WITHOUT_PREDICTION ? undefined : readPrediction(reader, base);
  const profile = readProfile(reader, base);
  const tiles = readTiles(reader);
  const circleHead = reader.varint();
  const circle = readCircle(Math.floor(circleHead / 2), tiles.at(-1)?.day ?? 0);
  const rare = circleHead % 2 === 1 ? readRareLists(base) : undefined;
  if (!reader.isAtEnd()) throw new RangeError('bytes are left after the subscriber state');
  return {
    firstSeenAtMs,
    lastEventAtMs: base,
    lastAtMs,
    activatedAtMs: profile.activatedAtMs,
    paymentType: profile.paymentType,
    customerType: profile.customerType,
    birthYear: profile.birthYear,
    balanceMinor: profile.balanceMinor,
    contract: profile.contract,
    closed: profile.closed,
    marketingAllowed: profile.marketingAllowed,
    faultSurveyScore: profile.faultSurveyScore,
    bills: rare?.bills ?? [],
    complaints: rare?.complaints ?? [],
    faults: rare?.faults ?? [],
    circle,
    tiles,
    lastScoredAtMs: scored === 0 ? 0 : firstSeenAtMs + scored - 1,
    risk,
    prediction,
  };
}

/** A mask of the kinds that ever happened, then how long before the latest event each last did. */
function writeRecency(base: number, lastAtMs: readonly number[]): void {
  let mask = 0;
  for (let i = 0; i < lastAtMs.length; i++) if (lastAtMs[i] !== 0) mask |= 1 << i;
  writer.varint(mask);
  for (let i = 0; i < lastAtMs.length; i++) {
    const atMs = lastAtMs[i] ?? 0;
    if (atMs !== 0) writer.varint(base - atMs);
  }
}

function readRecency(base: number): number[] {
  const mask = reader.varint();
  const lastAtMs: number[] = [];
  for (let i = 0; i < RECENCY_KINDS.length; i++) lastAtMs.push((mask & (1 << i)) === 0 ? 0 : base - reader.varint());
  return lastAtMs;
}

function writeCircle(circle: readonly ContactState[], newestDay: number): void {
  for (let i = 0; i < circle.length; i++) {
    const contact = circle[i];
    if (contact === undefined) continue;
    writer.uint32(contact.partyHash);
    writer.signed(newestDay - contact.lastDay);
  }
}

function readCircle(count: number, newestDay: number): ContactState[] {
  const circle: ContactState[] = [];
  for (let i = 0; i < count; i++) circle.push({ partyHash: reader.uint32(), lastDay: newestDay - reader.signed() });
  return circle;
}

function writeRareLists(base: number, { bills, complaints, faults }: SubscriberState): void {
  writer.varint(bills.length);
  for (const { month, totalMinor, outOfBundleDataMinor } of bills) {
    writer.varint(month);
    writer.signed(totalMinor);
    writer.signed(outOfBundleDataMinor);
  }
  writer.varint(complaints.length);
  for (const { idHash, firstDay, lastDay } of complaints) {
    writer.uint32(idHash);
    writer.signed(firstDay);
    writer.signed(lastDay - firstDay);
  }
  writer.varint(faults.length);
  for (const { idHash, reportedAtMs, repairedAtMs } of faults) {
    writer.uint32(idHash);
    writer.signed(base - reportedAtMs);
    writer.byte(repairedAtMs === 0 ? 0 : 1);
    if (repairedAtMs !== 0) writer.signed(base - repairedAtMs);
  }
}

function readRareLists(base: number): Pick<SubscriberState, 'bills' | 'complaints' | 'faults'> {
  const bills = readList((): BillState => ({
    month: reader.varint(),
    totalMinor: reader.signed(),
    outOfBundleDataMinor: reader.signed(),
  }));
  const complaints = readList((): ComplaintState => {
    const idHash = reader.uint32();
    const firstDay = reader.signed();
    return { idHash, firstDay, lastDay: firstDay + reader.signed() };
  });
  const faults = readList((): FaultState => ({
    idHash: reader.uint32(),
    reportedAtMs: base - reader.signed(),
    repairedAtMs: reader.byte() === 0 ? 0 : base - reader.signed(),
  }));
  return { bills, complaints, faults };
}

function readList<T>(read: (from: ByteReader) => T): T[] {
  const count = reader.varint();
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(read(reader));
  return items;
}
