import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startService } from '../../deploy/local/demo/service-process.ts';
import type { ServiceProcess } from '../../deploy/local/demo/service-process.ts';
import { freePort } from '../../deploy/local/free-port.ts';
import { logTail } from '../../deploy/local/keep-process.ts';
import { decodeLogRecord } from '../../services/contracts/log-record.ts';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import type { KafkaSettings } from '../../services/platform/kafka/client.ts';
import { readTopic } from '../../services/platform/kafka/read-topic.ts';
import { ensureTopics } from '../../services/platform/kafka/topics.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { claimRedisDatabase, testStack, uniqueSuffix } from '../support/stack.ts';
import { until } from '../support/until.ts';

const PARTITIONS = 3;
const START_MS = Date.UTC(2026, 0, 5);

/** Rows of a switch: reference, number, time, duration. Each second brings one. */
export function csvRow(index: number): string {
  return `r${index},1390000${String(index % 500).padStart(4, '0')},${START_MS + index * 1_000},${index % 300}`;
}
export const CSV_HEADER = 'ref,msisdn,time,duration';

/** The same, and a duration that is none. */
export function badRow(index: number): string {
  return csvRow(index).replace(/\d+$/, 'long');
}

/** One row in so many is bad, the first one too; none where it is not said. */
export function isBad(index: number, badEvery: number | undefined): boolean {
  return badEvery !== undefined && index % badEvery === 0;
}

export function csvFile(from: number, to: number, badEvery?: number): string {
  const lines = [CSV_HEADER];
  for (let index = from; index < to; index++) lines.push(isBad(index, badEvery) ? badRow(index) : csvRow(index));
  return `${lines.join('\n')}\n`;
}

export interface PlacedLogRecord {
  readonly partition: number;
  readonly key: string;
  readonly record: LogRecord;
}

export interface IntakeProcess extends ServiceProcess {
  /** Whether `/readyz` says so; false where nobody answers. */
  isReady(): Promise<boolean>;
  metrics(): Promise<string>;
}

/** A folder, an input topic and a Redis database of one test, and the intakes that it starts on them. */
export interface IntakeShop {
  readonly directory: string;
  readonly kafka: KafkaSettings;
  readonly inputTopic: string;
  readonly redisUrl: string;
  readonly redis: Awaited<ReturnType<typeof openRedis>>;
  /** Writes a file below the test's folder; answers its path. */
  write(name: string, content: string | Uint8Array): string;
  /** Starts `intake --json` on feed files. */
  start(feeds: readonly string[], settings?: Readonly<Record<string, string>>): Promise<IntakeProcess>;
  /** Runs it to its end. */
  run(feeds: readonly string[]): Promise<{ readonly how: string; readonly log: string; readonly summary: Summary[] }>;
  /** Everything on the input topic, each partition in order. */
  log(): Promise<PlacedLogRecord[]>;
  /** Lines of all rejects files, by file. */
  rejects(): Record<string, Record<string, unknown>[]>;
}

export interface Summary {
  readonly feed: string;
  readonly state: string;
  readonly stoppedBecause?: string;
  readonly rows: number;
  readonly sent: number;
  readonly files: number;
  readonly alreadyImported: number;
  readonly rejected: Readonly<Record<string, number>>;
}

export async function openIntakeShop(test: { after(work: () => Promise<void>): void }): Promise<IntakeShop> {
  const { brokers } = testStack();
  const name = uniqueSuffix();
  const kafka = { brokers, clientId: `test-${name}` };
  const inputTopic = `${name}.event.v1`;
  const redisUrl = await claimRedisDatabase();
  await ensureTopics(kafka, [{ topic: inputTopic, partitions: PARTITIONS }]);
  const redis = await openRedis({ url: redisUrl });
  const directory = mkdtempSync(join(tmpdir(), 'churn-intake-'));
  const rejectsDirectory = join(directory, 'rejects');
  const processes: ServiceProcess[] = [];
  test.after(async () => {
    for (const { process: kept } of processes) kept.signal('SIGKILL');
    await Promise.all(processes.map(({ process: kept }) => kept.ended));
    redis.disconnect();
    rmSync(directory, { recursive: true, force: true });
  });

  async function start(
    feeds: readonly string[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<IntakeProcess> {
    const port = await freePort();
    const service = await startService({
      name: `intake-${processes.length + 1}`,
      main: 'services/intake/main.ts',
      args: ['--json', ...feeds],
      settings: {
        CHURN_KAFKA_BROKERS: brokers.join(','),
        CHURN_REDIS_URL: redisUrl,
        CHURN_REDIS_KEYSPACE: '',
        CHURN_INPUT_TOPIC: inputTopic,
        CHURN_INTAKE_REJECTS_DIRECTORY: rejectsDirectory,
        CHURN_OPERATIONS_PORT: String(port),
        CHURN_LOG_LEVEL: 'info',
        ...settings,
      },
      logDirectory: directory,
    });
    processes.push(service);
    const ask = async (path: string): Promise<Response | undefined> => {
      try {
        return await fetch(`http://127.0.0.1:${port}${path}`);
      } catch {
        return undefined;
      }
    };
    return {
      ...service,
      isReady: async () => (await ask('/readyz'))?.ok === true,
      metrics: async () => (await (await ask('/metrics'))?.text()) ?? '',
    };
  }

  return {
    directory,
    kafka,
    inputTopic,
    redisUrl,
    redis,
    start,
    write(path, content) {
      const full = join(directory, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content);
      return full;
    },
    async run(feeds) {
      const { process: kept, logFile } = await start(feeds);
      await until('intake has ended', () => Promise.resolve(kept.hasEnded()), {
        state: () => Promise.resolve(logTail(logFile)),
      });
      const log = readFileSync(logFile, 'utf8');
      return { how: await kept.ended, log, summary: summaryIn(log) };
    },
    async log() {
      const placed: PlacedLogRecord[] = [];
      await readTopic(kafka, inputTopic, ({ key, value }, partition) => {
        const decoded = decodeLogRecord(value ?? Buffer.alloc(0));
        if (!decoded.ok) throw new Error(`the input topic holds what is no record: ${decoded.detail}`);
        placed.push({ partition, key: key?.toString() ?? '', record: decoded.value });
      });
      return placed;
    },
    rejects() {
      const found: Record<string, Record<string, unknown>[]> = {};
      for (const file of readdirSync(rejectsDirectory, { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.ndjson')) continue;
        const lines = readFileSync(join(rejectsDirectory, file), 'utf8').trimEnd().split('\n');
        found[file] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      }
      return found;
    },
  };
}

function summaryIn(log: string): Summary[] {
  const line = log.split('\n').findLast((text) => text.startsWith('{"feeds":'));
  return line === undefined ? [] : (JSON.parse(line) as { feeds: Summary[] }).feeds;
}

/** How often each call reference stands in the log. */
export function referencesIn(log: readonly PlacedLogRecord[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { record } of log) {
    if (record.body.type !== 'call') continue;
    const { callReference } = record.body;
    counts.set(callReference, (counts.get(callReference) ?? 0) + 1);
  }
  return counts;
}

/** Rows that come for the first time behind a mark that speaks of their time, in their partition. There must be none. */
export function rowsBehindMarks(log: readonly PlacedLogRecord[]): string[] {
  const marked = new Map<number, number>();
  const seen = new Set<string>();
  const behind: string[] = [];
  for (const { partition, record } of log) {
    if (isPartitionMark(record)) {
      if (record.body.type !== 'feed_progress') continue;
      marked.set(partition, Math.max(marked.get(partition) ?? 0, record.body.completeThroughMs));
    } else if (!seen.has(record.eventId)) {
      seen.add(record.eventId);
      if (record.occurredAtMs < (marked.get(partition) ?? 0)) behind.push(record.eventId);
    }
  }
  return behind;
}

/** Greatest complete-through of each partition. */
export function marksIn(log: readonly PlacedLogRecord[]): (number | undefined)[] {
  const marks: (number | undefined)[] = Array.from({ length: PARTITIONS }, () => undefined);
  for (const { partition, record } of log) {
    if (record.body.type === 'feed_progress') marks[partition] = record.body.completeThroughMs;
  }
  return marks;
}

export const timeOf = (index: number): number => START_MS + index * 1_000;
