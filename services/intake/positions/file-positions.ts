import { Type } from 'typebox';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { openRedis } from '../../platform/redis/client.ts';
import { loadScript } from '../../platform/redis/script.ts';
import type { SavedProgress } from '../progress/progress-tracker.ts';
import { intakeKeys } from './intake-keys.ts';
import { pruneHash, readFields } from './stored-hash.ts';

type Redis = Awaited<ReturnType<typeof openRedis>>;

const writeScript = loadScript(new URL('./scripts/write-file-position-3.lua', import.meta.url));
const progressScript = loadScript(new URL('./scripts/write-progress-2.lua', import.meta.url));

const Count = Type.Integer({ minimum: 0 });
const FilePosition = Type.Object({
  /** Name under which the content was first seen. */
  name: Type.String(),
  /** What the rows were mapped by; rows that were rejected by another mapping are worth another reading. */
  mappingId: Type.String(),
  /** What made an event of a row the one it is. */
  identityId: Type.Optional(Type.String()),
  /** Rows read, without the header. */
  rows: Count,
  sent: Count,
  skipped: Count,
  rejected: Count,
  rejectsFile: Type.String(),
  rejectsBytes: Count,
  done: Type.Boolean(),
  /** When this was written; `KEPT_DAYS` later it is forgotten. */
  keptAtMs: Type.Optional(Type.Number()),
});
/** How far the content of a file has been read. */
export type FilePosition = Readonly<Static<typeof FilePosition>>;

/** So long a content is known again under another name; longer where the file itself still stands in its place. */
export const KEPT_DAYS = 400;
const DAY_MS = 86_400_000;

const KnownFile = Type.Object({ size: Count, modifiedMs: Type.Number(), digest: Type.String() });
/** What a path held when it was last read. */
export type KnownFile = Readonly<Static<typeof KnownFile>>;

const Progress = Type.Object({
  maxEventMs: Type.Optional(Type.Number()),
  leaptMs: Type.Optional(Type.Array(Type.Number())),
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
  /** Which of these contents have been read to their end. */
  readDone(digests: readonly string[]): Promise<ReadonlySet<string>>;
  readKnownFiles(paths: readonly string[]): Promise<ReadonlyMap<string, KnownFile>>;
  writeKnownFile(path: string, file: KnownFile): Promise<void>;
  /** Forgets paths where no file is any more, and contents that were last read `KEPT_DAYS` ago. */
  prune(paths: ReadonlySet<string>, nowMs: number): Promise<void>;
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
    async readDone(digests) {
      const found = await readFields(redis, keys.files, digests);
      return new Set([...found].flatMap(([digest, text]) => (parseStored(FilePosition, text)?.done ? digest : [])));
    },
    async readKnownFiles(paths) {
      const known = new Map<string, KnownFile>();
      for (const [path, text] of await readFields(redis, keys.names, paths)) {
        const file = parseStored(KnownFile, text);
        if (file !== undefined) known.set(path, file);
      }
      return known;
    },
    async writeKnownFile(path, file) {
      await redis.hset(keys.names, path, JSON.stringify(file));
    },
    async prune(paths, nowMs) {
      const standing = new Set<string>();
      await pruneHash(redis, keys.names, (path, text) => {
        if (!paths.has(path)) return false;
        const digest = parseStored(KnownFile, text)?.digest;
        if (digest !== undefined) standing.add(digest);
        return true;
      });
      await pruneHash(redis, keys.files, (digest, text) => {
        const { keptAtMs = nowMs } = parseStored(FilePosition, text) ?? {};
        return standing.has(digest) || keptAtMs > nowMs - KEPT_DAYS * DAY_MS;
      });
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
