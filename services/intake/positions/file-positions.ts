import { Type } from 'typebox';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { openRedis } from '../../platform/redis/client.ts';
import { loadScript } from '../../platform/redis/script.ts';
import type { SavedProgress } from '../progress/progress-tracker.ts';
import { intakeKeys } from './intake-keys.ts';

type Redis = Awaited<ReturnType<typeof openRedis>>;

const writeScript = loadScript(new URL('./scripts/write-file-position-3.lua', import.meta.url));
const progressScript = loadScript(new URL('./scripts/write-progress-2.lua', import.meta.url));

const Count = Type.Integer({ minimum: 0 });
const FilePosition = Type.Object({
  /** Name under which the content was first seen. */
  name: Type.String(),
  /** What the rows were mapped by; rows that were rejected by another mapping are worth another reading. */
  mappingId: Type.String(),
  /** Rows read, without the header. */
  rows: Count,
  sent: Count,
  skipped: Count,
  rejected: Count,
  rejectsFile: Type.String(),
  rejectsBytes: Count,
  done: Type.Boolean(),
});
/** How far the content of a file has been read. */
export type FilePosition = Readonly<Static<typeof FilePosition>>;

const KnownFile = Type.Object({ size: Count, modifiedMs: Type.Number(), digest: Type.String() });
/** What a path held when it was last read. */
export type KnownFile = Readonly<Static<typeof KnownFile>>;

const Progress = Type.Object({
  maxEventMs: Type.Optional(Type.Number()),
  fileEndMs: Type.Optional(Type.Number()),
  markMs: Type.Optional(Type.Number()),
});

export type WriteResult = 'written' | 'not-owner';

/** Where the reading of a feed's files stands. What is written needs the token of the feed's lease. */
export interface FilePositions {
  readProgress(): Promise<SavedProgress>;
  readFile(digest: string): Promise<FilePosition | undefined>;
  /** Position and progress together; after the broker holds all that they speak of. */
  writeFile(token: string, digest: string, position: FilePosition, progress: SavedProgress): Promise<WriteResult>;
  writeProgress(token: string, progress: SavedProgress): Promise<WriteResult>;
  readKnownFiles(): Promise<ReadonlyMap<string, KnownFile>>;
  writeKnownFile(path: string, file: KnownFile): Promise<void>;
}

export function createFilePositions(redis: Redis, keyspace: string, feed: string): FilePositions {
  const keys = intakeKeys(keyspace, feed);
  return {
    async readProgress() {
      return parseStored(Progress, await redis.get(keys.progress)) ?? {};
    },
    async readFile(digest) {
      return parseStored(FilePosition, await redis.hget(keys.files, digest));
    },
    async writeFile(token, digest, position, progress) {
      const args = [token, digest, JSON.stringify(position), JSON.stringify(progress)];
      return toWriteResult(await writeScript(redis, [keys.lease, keys.files, keys.progress], args));
    },
    async writeProgress(token, progress) {
      return toWriteResult(await progressScript(redis, [keys.lease, keys.progress], [token, JSON.stringify(progress)]));
    },
    async readKnownFiles() {
      const known = new Map<string, KnownFile>();
      for (const [path, text] of Object.entries(await redis.hgetall(keys.names))) {
        const file = parseStored(KnownFile, text);
        if (file !== undefined) known.set(path, file);
      }
      return known;
    },
    async writeKnownFile(path, file) {
      await redis.hset(keys.names, path, JSON.stringify(file));
    },
  };
}

/** @throws where the store holds something else: reading on from nowhere would repeat or miss rows. */
export function parseStored<Schema extends TSchema>(schema: Schema, text: string | null): Static<Schema> | undefined {
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  if (Value.Check(schema, value)) return value;
  throw new TypeError('Redis holds a position of an unknown form: was it written by another version?');
}

function toWriteResult(reply: unknown): WriteResult {
  const text = Buffer.isBuffer(reply) ? reply.toString() : '';
  if (text === 'written' || text === 'not-owner') return text;
  throw new TypeError('a script of intake answered something unknown');
}
