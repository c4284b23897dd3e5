import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { connect } from 'node:net';

const ALTER_USER_SCRAM_CREDENTIALS = 51;
const SCRAM_SHA_512 = 2;
const ITERATIONS = 4_096;
const NO_TAGS = Buffer.from([0]);

/** Gives users of a broker a password for SCRAM-SHA-512, from now on; the client library cannot. */
export async function setScramPasswords(port: number, passwords: Readonly<Record<string, string>>): Promise<void> {
  const upsertions = Object.entries(passwords).map(([user, password]) => {
    const salt = randomBytes(16);
    const salted = pbkdf2Sync(password, salt, ITERATIONS, 64, 'sha512');
    const parts = [
      compact(Buffer.from(user)),
      Buffer.from([SCRAM_SHA_512]),
      int32(ITERATIONS),
      compact(salt),
      compact(salted),
    ];
    return Buffer.concat([...parts, NO_TAGS]);
  });
  const header = Buffer.concat([int16(ALTER_USER_SCRAM_CREDENTIALS), int16(0), int32(1), int16(-1), NO_TAGS]);
  const body = Buffer.concat([Buffer.from([1]), Buffer.from([upsertions.length + 1]), ...upsertions, NO_TAGS]);
  const answer = await exchange(port, Buffer.concat([header, body]));
  // Behind correlation id and tags, and the time that the broker asks to be left alone.
  let at = 4 + 1 + 4;
  const results = (answer[at++] ?? 1) - 1;
  if (results !== upsertions.length) throw new Error(`the broker answers for ${results} users`);
  for (let i = 0; i < results; i++) {
    at += answer[at] ?? 0;
    const code = answer.readInt16BE(at);
    if (code !== 0) throw new Error(`the broker refuses a password with error ${code}`);
    at += 2;
    at += Math.max(answer[at] ?? 0, 1) + 1;
  }
}

async function exchange(port: number, request: Buffer): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.concat([int32(request.length), request])));
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('the broker closed the connection'));
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      if (all.length < 4 || all.length < 4 + all.readInt32BE()) return;
      resolve(all.subarray(4));
      socket.destroy();
    });
  });
}

/** Length and bytes, for less than 127 of them. */
function compact(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([bytes.length + 1]), bytes]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
