import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { countsOf, untilSettled } from '../../support/installation-state.ts';
import { ownStack } from '../../support/own-stack.ts';
import { at, people, regularLife } from '../../support/regular-life.ts';
import { scorerThatEnds, startScorer } from '../../support/scorer-process.ts';
import type { FaultScenario } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { stopDeskByRubbish } from './bad-alerts.ts';
import { ENDS_SOON, PARK_ALL, TOO_MUCH, untold } from './stopped-by-rubbish.ts';

const PARTITION = 0;
const QUIET_DAYS = 2;
const ids = people(24);
/** So that somebody is warned of, too. */
const silent = new Set(ids.slice(0, 4));
const BAD_EVERY = 5;
const ABSURD_MINOR = 9e15;
const SANE_MINOR = 5_000;

export const badDeploy: FaultScenario = {
  name: 'bad-deploy',
  promise:
    'a partition of which too much is rubbish stops at the same record whoever reads it, of events and of alerts, and mended ' +
    'records fed back in count once',
  async run(context) {
    const stack = await ownStack(context);
    await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(context, { partitions: 1, quietDays: QUIET_DAYS, stack: stack.address });
    const differences: string[] = [];
    const expect = (what: string, found: unknown, wanted: unknown): void => {
      if (found !== wanted) differences.push(`${what}: ${String(found)}, expected ${String(wanted)}`);
    };

    const sound = [
      ...regularLife({ subscriberIds: ids, fromMs: at(0), toMs: at(1) }),
      ...regularLife({ subscriberIds: ids, fromMs: at(1), toMs: at(4), silent }),
    ];
    const badDay = regularLife({ subscriberIds: ids, fromMs: at(4), toMs: at(5), silent });
    const { records, bad } = badlyWritten(badDay, shop);
    await sendRecords(shop, sound);
    await shop.producer.send(records);
    const stops: (bigint | undefined)[] = [];
    for (let restart = 0; restart < 2; restart++) {
      context.progress(`scorer ${restart + 1} stops`);
      const { how, log } = await scorerThatEnds(shop, ENDS_SOON);
      expect('how the scorer ended', how, 'exit code 1');
      differences.push(...untold(log));
      stops.push((await shop.store.readPosition(PARTITION)).nextOffset);
      expect('records parked before it stopped', (await countsOf(shop)).parked, TOO_MUCH - 1);
    }
    expect('the second stop', stops[1], stops[0]);

    context.progress('goes on by order');
    await startScorer(shop, PARK_ALL);
    await untilSettled(shop);
    expect('all that were parked', (await countsOf(shop)).parked, bad);

    context.progress('mended records are fed back in');
    const file = await exportAndMend(shop);
    const endBefore = await endOf(shop);
    expect('a dry run', (await deadLetters(shop, ['replay', '--with', file, '--dry-run'])).replayed, bad);
    expect('the end of the log after a dry run', await endOf(shop), endBefore);
    expect('as they are', (await deadLetters(shop, ['replay'])).stillBad, bad);
    expect('fed in', (await deadLetters(shop, ['replay', '--with', file])).replayed, bad);
    const again = await deadLetters(shop, ['replay', '--with', file]);
    expect('fed in again', again.replayed, 0);
    expect('known to have been fed in', again.replayedBefore, bad);
    expect('the end of the log', await endOf(shop), endBefore + BigInt(bad));
    await untilSettled(shop);
    const events = [...sound, ...records].length - marksIn(sound) - marksIn(records);
    expect('events folded in the end', (await countsOf(shop)).folded, events);

    const verdict = await judge(shop, await expectedOutcome(shop), { orders: false });
    const desk = await stopDeskByRubbish(context, stack.address);
    return {
      ...verdict,
      injected: {
        'badly written records': bad,
        'stops of a scorer': stops.length,
        'records fed back in': bad,
        'badly written alerts': desk.bad,
        'stops of the desk': desk.stops,
      },
      compared: { ...verdict.compared, 'letters of alerts': desk.letters, 'orders of the desk': desk.orders },
      differences: [...verdict.differences, ...differences, ...desk.differences],
    };
  },
};

/** What a writer makes of a day that has begun to write amounts in another unit into some of its records. */
function badlyWritten(
  life: readonly LogRecord[],
  { topics }: Installation,
): { readonly records: OutgoingRecord[]; readonly bad: number } {
  let [events, bad] = [0, 0];
  const records = life.map((record) => {
    const place = { topic: topics.input, partition: PARTITION };
    if (isPartitionMark(record)) return { ...place, key: `feed:${record.feed}`, value: encodeLogRecord(record) };
    const key = record.subscriberId;
    if (record.body.type !== 'balance_snapshot' || events++ % BAD_EVERY > 0) {
      return { ...place, key, value: encodeLogRecord(record) };
    }
    bad += 1;
    const body = { ...record.body, balanceMinor: ABSURD_MINOR };
    return { ...place, key, value: encodeLogRecord({ ...record, body }) };
  });
  return { records, bad };
}

function marksIn(records: readonly (LogRecord | OutgoingRecord)[]): number {
  return records.filter((record) =>
    'body' in record ? isPartitionMark(record) : String(record.key).startsWith('feed:'),
  ).length;
}

async function exportAndMend(shop: Installation): Promise<string> {
  const exported = join(shop.directory, 'letters.ndjson');
  await deadLetters(shop, ['export', '--out', exported]);
  const text = readFileSync(exported, 'utf8').replaceAll(String(ABSURD_MINOR), String(SANE_MINOR));
  const mended = join(shop.directory, 'mended.ndjson');
  writeFileSync(mended, text);
  return mended;
}

interface CommandResult {
  readonly replayed?: number;
  readonly replayedBefore?: number;
  readonly stillBad?: number;
}

/** Runs the command as an operator does. */
async function deadLetters({ settings }: Installation, args: readonly string[]): Promise<CommandResult> {
  const main = 'services/dead-letters/main.ts';
  const options = { env: settings, maxBuffer: 1e8 };
  const run = promisify(execFile)(process.execPath, [main, ...args, '--json'], options);
  const { stdout } = await run.catch((error: unknown) => {
    // Exit code 1 tells that some letters are still bad; what it printed tells how many.
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '') {
      return { stdout: error.stdout };
    }
    throw error;
  });
  return JSON.parse(stdout) as CommandResult;
}

async function endOf({ offsets, topics }: Installation): Promise<bigint> {
  return (await offsets.boundsOf(topics.input, PARTITION)).endOffset;
}
