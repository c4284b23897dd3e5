import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Characters per write: fewer, larger writes cost less. */
const CHUNK_CHARACTERS = 65_536;

/**
 * Writes lines no faster than they are taken; memory holds one chunk beside what the stream buffers. Rejects when the
 * stream fails, as it does where its reader is gone.
 *
 * @returns whether the lines came to their end, and not the signal before.
 */
export async function writeLines(lines: Iterable<string>, out: Writable, signal: AbortSignal): Promise<boolean> {
  let chunk = '';
  for (const line of lines) {
    if (signal.aborted) break;
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    await write(out, chunk);
    chunk = '';
  }
  await write(out, chunk);
  return !signal.aborted;
}

async function write(out: Writable, chunk: string): Promise<void> {
  if (chunk !== '' && !out.write(chunk)) await once(out, 'drain');
}
