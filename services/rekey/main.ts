/**
 * Gives all subscribers the pseudonyms of a new key, see help.ts and docs/key-rotation.md. Guarantee: the new keyspace is
 * complete or refused by every service; the old one is left as it is. Numbers stay in this process' memory only while
 * they are read.
 */
import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { configOrExit } from '../platform/config/config-or-exit.ts';
import { createPseudonymizer } from '../platform/crypto/pseudonym.ts';
import type { KafkaSettings } from '../platform/kafka/client.ts';
import { openOffsetReader } from '../platform/kafka/offsets.ts';
import type { OffsetReader } from '../platform/kafka/offsets.ts';
import { createPartitionOf } from '../platform/kafka/partition.ts';
import { partitionCountOf } from '../platform/kafka/topics.ts';
import { openRedis } from '../platform/redis/client.ts';
import { createPartitionStore } from '../platform/redis/partition-store.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { hideCredentials } from '../platform/telemetry/hide-credentials.ts';
import { readConfig } from './config.ts';
import type { RekeyConfig } from './config.ts';
import { HELP } from './help.ts';
import { createNameChange } from './name-change.ts';
import { readNumbers } from './read-numbers.ts';
import type { ReadNumbers } from './read-numbers.ts';
import { runRekey } from './run-rekey.ts';
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
  const numbers = await readNumbers(await linesOf(config.numbers), names, (read) => {
    tell(`${read.toLocaleString('en')} numbers read`);
  });
  const kafka: KafkaSettings = { ...config.kafka, clientId: 'churn-rekey', retries: 3 };
  const partitions = await partitionCountOf(kafka, config.inputTopic);
  await partitionCountOf(kafka, config.alertTopic);
  const offsets = await openOffsetReader(kafka);
  try {
    const redis = await openRedis(config.redis);
    try {
      return show(config, numbers, await runRekey(depsOf(config, redis, offsets, partitions, names)));
    } finally {
      redis.disconnect();
    }
  } finally {
    await offsets.close();
  }
}

function depsOf(
  config: RekeyConfig,
  redis: RedisClient,
  offsets: OffsetReader,
  partitions: number,
  names: ReturnType<typeof createNameChange>,
): Parameters<typeof runRekey>[0] {
  const { from, to, inputTopic, alertTopic, oldKey, newKey, leaveUnlisted, isDry } = config;
  return {
    redis,
    from,
    to,
    partitions,
    store: createPartitionStore(redis, from, partitions),
    boundsOfInput: () => offsets.allBoundsOf(inputTopic),
    boundsOfAlerts: () => offsets.allBoundsOf(alertTopic),
    alertTopic,
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
