import type { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import type { DayTile } from './day-tile.ts';

/**
 * Tiles as bytes, oldest first: distance in days from the tile before (doubled, plus 1 where prints follow), mask,
 * values, prints. An ordinary day takes a byte for its distance, two or three for its mask and one to five per counter.
 */
export function writeTiles(writer: ByteWriter, tiles: readonly DayTile[]): void {
  const count = tiles.length;
  writer.varint(count);
  let previous = tiles[0]?.day ?? 0;
  if (count > 0) writer.signed(previous);
  for (let i = 0; i < count; i++) {
    const tile = tiles[i];
    if (tile === undefined) continue;
    const { day, mask, values, prints } = tile;
    writer.varint((day - previous) * 2 + (prints.length > 0 ? 1 : 0));
    previous = day;
    writer.varint(mask >>> 0);
    for (let at = 0; at < values.length; at++) writer.signed(values[at] ?? 0);
    if (prints.length > 0) {
      writer.varint(prints.length);
      writer.uint48s(prints);
    }
  }
}

export function readTiles(reader: ByteReader): DayTile[] {
  const count = reader.varint();
  const tiles: DayTile[] = [];
  let day = count > 0 ? reader.signed() : 0;
  for (let i = 0; i < count; i++) {
    const head = reader.varint();
    day += Math.floor(head / 2);
    const mask = reader.varint() | 0;
    const values: number[] = [];
    for (let rest = mask; rest !== 0; rest &= rest - 1) values.push(reader.signed());
    tiles.push({ day, mask, values, prints: head % 2 === 1 ? reader.uint48s(reader.varint()) : [] });
  }
  return tiles;
}
