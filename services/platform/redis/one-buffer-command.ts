import { Command } from 'ioredis';

const LINE_END = '\r\n';
/** More than any argument's length line and the ends of its lines take. */
const ARGUMENT_OVERHEAD_BYTES = 24;
const MOST_BYTES_PER_UNIT = 3;

export type CommandValue = string | number | Buffer;

/** A command that goes out as one buffer: the client would make three of every argument with bytes in it. */
export class OneBufferCommand extends Command {
  readonly #values: readonly CommandValue[];

  /** Bulk replies are buffers. */
  constructor(name: string, values: readonly CommandValue[]) {
    super(name, [...values], { replyEncoding: null });
    this.#values = values;
  }

  override toWritable(): Buffer {
    return toRequest([this.name, ...this.#values]);
  }
}

/** A request in Redis' protocol. */
export function toRequest(values: readonly CommandValue[]): Buffer {
  const parts = values.map((value) => (typeof value === 'number' ? String(value) : value));
  let most = ARGUMENT_OVERHEAD_BYTES;
  for (const part of parts) {
    most += ARGUMENT_OVERHEAD_BYTES + part.length * (typeof part === 'string' ? MOST_BYTES_PER_UNIT : 1);
  }
  const bytes = Buffer.allocUnsafe(most);
  let at = bytes.write(`*${parts.length}${LINE_END}`, 0, 'latin1');
  for (const part of parts) {
    if (typeof part === 'string') {
      at += bytes.write(`$${Buffer.byteLength(part)}${LINE_END}`, at, 'latin1');
      at += bytes.write(part + LINE_END, at);
    } else {
      at += bytes.write(`$${part.length}${LINE_END}`, at, 'latin1');
      bytes.set(part, at);
      at += part.length;
      at += bytes.write(LINE_END, at, 'latin1');
    }
  }
  return bytes.subarray(0, at);
}
