/**
 * What a row of CSV costs intake: read and parsed, + mapped, + encoded, + produced into a real Kafka with positions in
 * a real Redis.
 *
 *     npx node test/bench/intake.bench.ts [rows]
 *
 * Uses the Kafka and Redis of a test run where there are some, else starts native ones. Prints rows per second and CPU
 * microseconds per row of this process, the median and range of three runs of each rung.
 */
import { createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStack } from '../../deploy/local/stack.ts';
import { readTestStackAddress } from '../../deploy/local/test-stack-address.ts';
import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import { createIntakeMetrics } from '../../services/intake/intake-metrics.ts';
import { createPartBoard } from '../../services/platform/process/part-board.ts';
import { createKeepTrying } from '../../services/intake/keep-trying.ts';
import { createFeedLease } from '../../services/intake/positions/feed-lease.ts';
import { createFilePositions } from '../../services/intake/positions/file-positions.ts';
import { intakeKeys } from '../../services/intake/positions/intake-keys.ts';
import { createTopicPositions } from '../../services/intake/positions/topic-positions.ts';
import { createProgressTracker } from '../../services/intake/progress/progress-tracker.ts';
import { BATCH_ROWS, readIntoBatches } from '../../services/intake/read-into-batches.ts';
import { createRejectShare } from '../../services/intake/rejects/reject-share.ts';
import { runIntake } from '../../services/intake/run-intake.ts';
import { readRows } from '../../services/intake/sources/read-rows.ts';
import { systemClock } from '../../services/intake/system-clock.ts';
import { createRowTaker } from '../../services/intake/take-row.ts';
import { toIntakeFeed } from '../../services/intake/to-intake-feed.ts';
import { createEventIdentifier, createPseudonymizer } from '../../services/platform/crypto/pseudonym.ts';
import { openOffsetReader } from '../../services/platform/kafka/offsets.ts';
import { openBulkProducer } from '../../services/platform/kafka/bulk-producer.ts';
import { ensureTopics } from '../../services/platform/kafka/topics.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { createLogger } from '../../services/platform/telemetry/logger.ts';
import { createMetrics } from '../../services/platform/telemetry/metrics.ts';

const RUNS = 3;
const PARTITIONS = 4;
const SECRET = 'bench-secret-of-enough-bytes';

const rows = Number(process.argv[2] ?? '1000000');
const directory = mkdtempSync(join(tmpdir(), 'churn-intake-bench-'));
const csv = join(directory, 'voice.csv');
const bytes = await writeCalls(csv, rows);
const feedFile = join(directory, 'voice.yaml');
writeFileSync(
  feedFile,
  `feed: voice
source: { type: file, path: voice.csv }
progress: { mode: bounded-disorder, minutes: 30 }
mapping:
  use: msc-voice-csv
  timeZone: Asia/Shanghai
  numbers: { countryCode: '86', trunkPrefix: '0' }
  lookups:
    network: { match: prefix, of: number, values: { '86139': on_net, '86': off_net }, default: international }
    operator: { match: prefix, of: number, values: { '86136': rival }, default: '' }
    partyKind: { match: prefix, of: number, values: { '86': person }, default: unspecified }
`,
);
const secret = { keyId: 'bench', secret: SECRET };
const read = toIntakeFeed(feedFile, {
  pseudonymOf: createPseudonymizer(secret),
  eventIdOf: createEventIdentifier(secret),
});
if (!read.ok) throw new Error(read.mistakes.join('\n'));
const feed = read.value;

/** Reads the file as far as a rung goes, and drops what comes of it. */
async function readAlone(rung: 'parse' | 'map' | 'encode'): Promise<void> {
  const parsed = readRows(createReadStream(csv, { highWaterMark: 131_072 }), feed.mapping.rows, () => undefined);
  if (rung === 'parse') {
    let count = 0;
    for await (const some of parsed) count += some.length;
    if (count !== rows + 1) throw new Error(`${count} rows were parsed`);
    return;
  }
  const nothing = new Uint8Array();
  const taker = createRowTaker({
    feed: 'voice',
    source: 'voice.csv',
    topic: 'nowhere',
    partitions: PARTITIONS,
    encode: rung === 'map' ? () => nothing : encodeLogRecord,
    now: () => systemClock.nowMs(),
    tracker: createProgressTracker(feed.progress),
    statesProgress: false,
  });
  let sent = 0;
  const end = await readIntoBatches({
    rows: parsed,
    mapping: feed.mapping,
    taker,
    share: createRejectShare(0),
    skipRows: 0,
    batchRows: BATCH_ROWS,
    signal: new AbortController().signal,
    onBatch(batch) {
      sent += batch.sent;
      return Promise.resolve();
    },
  });
  if (end.kind !== 'end' || sent + end.rest.sent !== rows) throw new Error('rows were rejected');
}

const address = readTestStackAddress();
const own = address === undefined ? await openStack({ mode: 'native' }) : undefined;
const { brokers, redisUrl } = address ?? own ?? { brokers: [], redisUrl: '' };
const kafka = { brokers, clientId: 'intake-bench' };
const redis = await openRedis({ url: redisUrl });
const offsets = await openOffsetReader(kafka);
const log = createLogger('bench', 'warn');

/** The whole import as the service does it. */
async function importAll(name: string): Promise<void> {
  const topic = `${name}.event.v1`;
  await ensureTopics(kafka, [{ topic, partitions: PARTITIONS }]);
  const producer = await openBulkProducer(kafka, { name: topic, partitions: PARTITIONS });
  const stop = new AbortController();
  const part = createPartBoard(log).part('stack', 'trying again');
  const tried = { part, causeOf: String, isOutage: () => true };
  const intake = runIntake(
    [feed],
    {
      topic,
      partitions: PARTITIONS,
      send: (records) => producer.send(records),
      encode: encodeLogRecord,
      rejectsDirectory: join(directory, 'rejects'),
      keepTrying: createKeepTrying({ kafka: tried, redis: tried }, stop.signal),
      metrics: createIntakeMetrics(createMetrics()),
      log,
      clock: systemClock,
      showState: () => undefined,
    },
    {
      stdin: process.stdin,
      leaseOf: (of) => createFeedLease(redis, intakeKeys(name, of).lease),
      filePositionsOf: (of) => createFilePositions(redis, name, of),
      topicPositionsOf: (of, source) => createTopicPositions(redis, name, of, source),
      boundsOf: (source) => offsets.allBoundsOf(source),
      startConsumer: () => {
        throw new Error('this bench reads no topic');
      },
      failingLimitMs: Infinity,
      partOf: () => part,
    },
    stop.signal,
  );
  const [summary] = await intake.ended;
  await producer.close();
  if (summary?.sent !== rows) throw new Error(`${summary?.sent ?? 0} rows were sent`);
}

interface Cost {
  readonly rowsPerSecond: number;
  readonly cpuMicrosPerRow: number;
}

async function measure(name: string, run: (index: number) => Promise<void>): Promise<void> {
  const costs: Cost[] = [];
  for (let index = 0; index < RUNS; index++) {
    const [startedAt, before] = [performance.now(), process.cpuUsage()];
    await run(index);
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - startedAt) / 1_000;
    costs.push({ rowsPerSecond: rows / seconds, cpuMicrosPerRow: (user + system) / rows });
  }
  const told = (of: (cost: Cost) => number, digits: number): string => {
    const [least = 0, median = 0, most = 0] = costs.map(of).toSorted((a, b) => a - b);
    return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
  };
  const line = `${name.padEnd(16)} CPU µs/row ${told((cost) => cost.cpuMicrosPerRow, 2)}   rows/s ${told((cost) => cost.rowsPerSecond, 0)}`;
  process.stdout.write(`${line}\n`);
}

process.stdout.write(
  `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; ${rows} rows of 15 columns, ` +
    `${(bytes / rows).toFixed(0)} bytes each; msc-voice-csv; ${PARTITIONS} partitions, acks all, batches of ${BATCH_ROWS}\n` +
    `${own === undefined ? 'Kafka and Redis as given' : `Kafka ${own.versions.kafka}, Redis ${own.versions.redis}`}\n`,
);
await measure('read and parse', () => readAlone('parse'));
await measure('+ map', () => readAlone('map'));
await measure('+ encode', () => readAlone('encode'));
const tag = `bench${process.pid}`;
await measure('+ produce', (index) => importAll(`${tag}-${index}`));
await offsets.close();
redis.disconnect();
await own?.close();
rmSync(directory, { recursive: true });

/** Calls of a switch: 200,000 subscribers, one row every 50 ms. Answers the file's bytes. */
async function writeCalls(path: string, count: number): Promise<number> {
  const file = createWriteStream(path);
  let text =
    'recordType,recordingEntity,callReference,sequenceNumber,servedMSISDN,calledNumber,callingNumber,seizureTime,' +
    'answerTime,releaseTime,callDuration,causeForTerm,locationAreaCode,cellId,servedIMEI\n';
  let length = 0;
  const startMs = Date.UTC(2026, 0, 5);
  for (let index = 0; index < count; index++) {
    const subscriber = (index * 7_919) % 200_000;
    const other = 13_600_000_000 + ((index * 104_729) % 900_000);
    const time = `${new Date(startMs + index * 50).toISOString().slice(2, 19).replace(/[-:T]/g, '')}+0800`;
    const parties = index % 3 === 0 ? `MT,,${other}` : `MO,${other},`;
    const [type = '', called = '', calling = ''] = parties.split(',');
    text +=
      `${type},MSC01,${index.toString(36)},,${13_900_000_000 + subscriber},${called},${calling},${time},${time},${time},` +
      `${index % 600},4,${index % 50},460-00-${index % 5_000},35${1_000_000_000_000 + subscriber}\n`;
    if (text.length < 1_000_000 && index + 1 < count) continue;
    length += text.length;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end();
  await once(file, 'finish');
  return length;
}
