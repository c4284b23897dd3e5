import type { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';

export function writeText(writer: ByteWriter, text: string): void {
  writer.varint(text.length);
  for (let i = 0; i < text.length; i++) writer.varint(text.charCodeAt(i));
}

export function readText(reader: ByteReader): string {
  const length = reader.varint();
  const codes: number[] = [];
  for (let i = 0; i < length; i++) codes.push(reader.varint());
  return codes.map((code) => String.fromCharCode(code)).join('');
}
