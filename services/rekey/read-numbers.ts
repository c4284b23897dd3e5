import type { NameChangeBuilder } from './name-change.ts';

/** Far more than any number has, and any other key of a subscriber. */
const LONGEST = 256;
const PROGRESS_EVERY = 500_000;

/** What a list of numbers held. */
export interface ReadNumbers {
  readonly read: number;
  readonly repeated: number;
}

/** A line that is no number. Tells its place, never its content. */
export class NumberLineError extends Error {
  override readonly name = 'NumberLineError';
}

/** Takes one number a line, as intake makes pseudonyms of it; empty lines are passed over. */
export async function readNumbers(
  lines: AsyncIterable<string>,
  names: NameChangeBuilder,
  onProgress: (read: number) => void,
): Promise<ReadNumbers> {
  let [line, read, repeated] = [0, 0, 0];
  for await (const text of lines) {
    line++;
    const number = text.trim();
    if (number === '') continue;
    if (number.length > LONGEST || /[\s,;"]/.test(number)) {
      throw new NumberLineError(`line ${line} of the list: expected one number and nothing else`);
    }
    read++;
    if (names.add(number) === 'repeated') repeated++;
    if (read % PROGRESS_EVERY === 0) onProgress(read);
  }
  return { read, repeated };
}
