/**
 * Gives all subscribers the pseudonyms of a new key, see help.ts and docs/key-rotation.md. Guarantee: the new keyspace is
 * complete or refused by every service; the old one keeps what it has, and is refused once the other one is complete.
 * Numbers stay in this process' memory only while they are read.
 */
import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { configOrExit } from '../platform/config/config-or-exit.ts';
import { createPseudonymizer } from '../platform/crypto/pseudonym.ts';
import type { KafkaSettings } from '../platform/kafka/client.ts';
import { openGroupReader } from '../platform/kafka/consumer-groups.ts';
import type { GroupReader } from '../platform/kafka/consumer-groups.ts';
import { openOffsetReader } from '../platform/kafka/offsets.ts';
import type { OffsetReader } from '../platform/kafka/offsets.ts';
import { createPartitionOf } from '../platform/kafka/partition.ts';
import { partitionsWithRecords } from '../platform/kafka/partitions-with-records.ts';
import { partitionCountOf } from '../platform/kafka/topics.ts';
import { openRedis } from '../platform/redis/client.ts';
import { createPartitionStore } from '../platform/redis/partition-store.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { hideCredentials } from '../platform/telemetry/hide-credentials.ts';
import { readConfig } from './config.ts';
import type { RekeyConfig } from './config.ts';
import { HELP } from './help.ts';
import { createNameChange } from './name-change.ts';
import type { NameChange, NameChangeBuilder } from './name-change.ts';
import { readNumbers } from './read-numbers.ts';
import type { ReadNumbers } from './read-numbers.ts';
import { reopenOld } from './reopen-old.ts';
import type { ReopenResult } from './reopen-old.ts';
import { runRekey } from './run-rekey.ts';
import type { RekeyDeps } from './examine.ts';
import type { RekeyResult } from './run-rekey.ts';
import { createProgress } from './show-progress.ts';
import { bookLines } from './tell-books.ts';

const args = process.argv.slice(2);
if (args.includes('--help')) {
  process.stdout.write(HELP);
} else {
  const config = configOrExit('rekey', readConfig(args));
  try {
    process.exitCode = await run(config);
  } catch (error) {
    tell(hideCredentials(error instanceof Error ? error.message : String(error)));
    process.exitCode = 1;
  }
}

async function run(config: RekeyConfig): Promise<number> {
  const names = createNameChange(createPseudonymizer(config.oldKey), createPseudonymizer(config.newKey));
  const numbers = config.isReopening ? undefined : await namesOf(config.numbers, names);
  const kafka: KafkaSettings = { ...config.kafka, clientId: 'churn-rekey', retries: 3 };
  const partitions = await partitionCountOf(kafka, config.inputTopic);
  await partitionCountOf(kafka, config.alertTopic);
  const ends: (() => unknown)[] = [];
  try {
    const offsets = await openOffsetReader(kafka);
    ends.push(() => offsets.close());
    const groups = await openGroupReader(kafka);
    ends.push(() => groups.close());
    const redis = await openRedis(config.redis);
    ends.push(redis.disconnect.bind(redis));
    const deps = depsOf(config, { kafka, redis, offsets, groups }, partitions, names);
    return numbers === undefined
      ? showReopened(config, await reopenOld(deps))
      : show(config, numbers, await runRekey(deps));
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

async function namesOf(path: string, names: NameChangeBuilder): Promise<ReadNumbers> {
  return await readNumbers(await linesOf(path), names, (read) => {
    tell(`${read.toLocaleString('en')} numbers read`);
  });
}

interface Parts {
  readonly kafka: KafkaSettings;
  readonly redis: RedisClient;
  readonly offsets: OffsetReader;
  readonly groups: GroupReader;
}

function depsOf(config: RekeyConfig, parts: Parts, partitions: number, names: NameChange): RekeyDeps {
  const { kafka, redis, offsets, groups } = parts;
  const { from, to, inputTopic, alertTopic, serviceGroups, oldKey, newKey, leaveUnlisted, isDry } = config;
  return {
    redis,
    from,
    to,
    partitions,
    store: createPartitionStore(redis, from, partitions),
    boundsOfInput: () => offsets.allBoundsOf(inputTopic),
    boundsOfAlerts: () => offsets.allBoundsOf(alertTopic),
    withRecords: (log, ranges) => partitionsWithRecords(kafka, log === 'input' ? inputTopic : alertTopic, ranges),
    alertTopic,
    serviceGroups,
    groupsWithMembers: (named) => groups.withMembers(named),
    names,
    oldKeyId: oldKey.keyId,
    newKeyId: newKey.keyId,
    partitionOf: createPartitionOf(partitions),
    leaveUnlisted,
    isDry,
    owner: `rekey-${randomUUID()}`,
    onProgress: createProgress(tell, performance.now.bind(performance)),
  };
}

function show({ json, isDry, to }: RekeyConfig, numbers: ReadNumbers, result: RekeyResult): number {
  const books = 'books' in result ? result.books : undefined;
  if (json) print(JSON.stringify({ ...result, numbers, isDry }));
  else if (books !== undefined) for (const line of bookLines(numbers, books)) print(line);
  switch (result.type) {
    case 'done-before':
      tell(`the keyspace '${to}' is complete: nothing was done`);
      return 0;
    case 'handed-over':
      tell(
        isDry
          ? `the keyspace '${to}' is filled, and handed over in part; nothing was written`
          : `the keyspace '${to}' was filled by a run that was cut off: services may take it now`,
      );
      return 0;
    case 'done':
      tell(
        isDry ? 'all checks hold; nothing was written' : `the books balance: services may take the keyspace '${to}'`,
      );
      return 0;
    case 'refused':
      for (const reason of result.reasons) tell(reason);
      return 1;
  }
}

function showReopened({ json, isDry, from, to }: RekeyConfig, result: ReopenResult): number {
  if (json) print(JSON.stringify({ ...result, isDry }));
  if (result.type === 'refused') {
    for (const reason of result.reasons) tell(reason);
    return 1;
  }
  tell(
    isDry
      ? 'all checks hold; nothing was written'
      : `services may take the keyspace '${from}' again, and '${to}' no more`,
  );
  return 0;
}

async function linesOf(path: string): Promise<AsyncIterable<string>> {
  if (path === '-') return createInterface({ input: process.stdin, crlfDelay: Infinity });
  return (await open(path)).readLines();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function tell(line: string): void {
  process.stderr.write(`churn rekey: ${line}\n`);
}
