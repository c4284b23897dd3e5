import type { Needle } from './markers.ts';

/** Kinds of places where something that must not be kept may turn up. */
export const PLACE_KINDS = [
  'log of a process',
  'console of a command',
  'reject file',
  'metrics and health',
  'HTTP answer',
  'record of a topic',
  'key or value of Redis',
  'data file of Kafka',
  'data file of Redis',
] as const;
export type PlaceKind = (typeof PLACE_KINDS)[number];

export interface Place {
  readonly kind: PlaceKind;
  /** Which of its kind; of a topic its name. */
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Hit {
  readonly kind: PlaceKind;
  readonly name: string;
  readonly of: string;
  readonly how: string;
}

/** Each needle that a place holds, once. */
export function search(places: readonly Place[], needles: readonly Needle[]): Hit[] {
  return places.flatMap(({ kind, name, bytes }) =>
    needles.filter((needle) => isIn(bytes, needle)).map(({ of, how }) => ({ kind, name, of, how })),
  );
}

function isIn(bytes: Buffer, needle: Needle): boolean {
  return 'bytes' in needle ? bytes.includes(needle.bytes) : needle.isIn(bytes);
}

/** Bytes and places by kind, for the report. */
export function extentOf(places: readonly Place[]): Record<string, number> {
  return Object.fromEntries(
    PLACE_KINDS.map((kind) => {
      const own = places.filter((place) => place.kind === kind);
      return [`bytes: ${kind}`, own.reduce((sum, { bytes }) => sum + bytes.length, 0)];
    }),
  );
}

export function tellHit({ kind, name, of, how }: Hit): string {
  return `${of} stands ${how} in a ${kind}: ${name}`;
}
