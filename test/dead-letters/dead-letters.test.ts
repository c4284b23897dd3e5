import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import { toDeadLetter } from '../../services/platform/kafka/dead-letter.ts';
import type { IncomingRecord, OutgoingRecord } from '../../services/platform/kafka/record.ts';
import { runCommand } from '../../services/dead-letters/run-command.ts';
import { readConfig } from '../../services/dead-letters/config.ts';
import { inputContract } from '../../services/dead-letters/topic-contract.ts';
import { incomingRecord } from '../support/fake-records.ts';
import { sampleCall, sampleEvent } from '../support/sample-events.ts';

const TOPIC = 'telco.subscriber.event.v1';
const NOW_MS = Date.UTC(2026, 9, 20);
const PARTITIONS = 2;

interface Parked {
  readonly offset: number;
  readonly reason: string;
  readonly value: Uint8Array | null;
  readonly key?: string;
}

function call(changes: Parameters<typeof sampleEvent>[2] = {}): Uint8Array {
  return encodeLogRecord(sampleEvent(sampleCall(), NOW_MS - 1_000, { subscriberId: 's1', ...changes }));
}

/** Broken by their writer, broken by a reader that was mended since, and late. */
const parked: readonly Parked[] = [
  { offset: 4, reason: 'undecodable', value: Buffer.from([0xff]) },
  { offset: 7, reason: 'undecodable', value: call({ eventId: 'e7' }) },
  { offset: 9, reason: 'late', value: call({ eventId: 'e9' }) },
  { offset: 12, reason: 'key_mismatch', value: call({ eventId: 'e12' }), key: 'someone else' },
];

/** What the topic itself holds of a record whose content is not parked. */
const atOrigin = incomingRecord(call({ eventId: 'e15' }), { offset: 15n, key: Buffer.from('s1') });

/** A topic and its dead-letter topic in memory. */
function openTopics() {
  const letters: IncomingRecord[] = [];
  const fed: OutgoingRecord[] = [];
  const put = ({ key, value, headers = {} }: OutgoingRecord): void => {
    letters.push({
      offset: BigInt(letters.length),
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers: Object.fromEntries(Object.entries(headers).map(([name, bytes]) => [name, Buffer.from(bytes)])),
      timestampMs: NOW_MS,
    });
  };
  const park = ({ offset, reason, value, key = 's1' }: Parked): void => {
    const record = incomingRecord(value, {
      offset: BigInt(offset),
      key: Buffer.from(key),
      headers: { origin: Buffer.from('switch 7') },
    });
    put(toDeadLetter(record, { topic: TOPIC, partition: 1, consumerGroup: 'g', reason, detail: 'as it was' }));
  };
  parked.forEach(park);
  let failure: Error | undefined;
  const takeFailure = (): Error => {
    const taken = failure ?? new Error('none');
    failure = undefined;
    return taken;
  };
  return {
    letters,
    fed,
    park,
    failNextMark() {
      failure = new Error('cut off');
    },
    async run(...args: readonly string[]) {
      const [printed, told]: [string[], string[]] = [[], []];
      const config = readConfig(args, {});
      if (!config.ok) throw new TypeError(config.mistakes.join('; '));
      const code = await runCommand(config.value, {
        deadLetterTopic: `${TOPIC}-dlt`,
        contract: inputContract(
          () => NOW_MS,
          (key) => (key === 's1' ? 1 : 0),
        ),
        readLetters: (onRecord) => {
          for (const letter of letters) onRecord(letter, 1);
          return Promise.resolve();
        },
        readOrigins: (offsets, onRecord) => {
          if (offsets.get(1)?.includes(atOrigin.offset) === true) onRecord(atOrigin, 1);
          return Promise.resolve();
        },
        send: (records) => {
          for (const record of records) {
            if (record.topic === TOPIC) fed.push(record);
            else if (failure !== undefined) return Promise.reject(takeFailure());
            else put(record);
          }
          return Promise.resolve();
        },
        print: (line) => printed.push(line),
        tell: (line) => told.push(line),
      });
      return { code, printed, told, text: [...printed, ...told].join('\n') };
    },
  };
}

test('letters are counted by reason and shown without anything of the subscriber', async () => {
  const topics = openTopics();
  const { printed } = await topics.run('list', '--json');
  const counts = JSON.parse(printed[0] ?? '') as { reason: string; letters: number }[];
  assert.deepEqual(
    counts.map(({ reason, letters }) => [reason, letters]),
    [
      ['key_mismatch', 1],
      ['late', 1],
      ['undecodable', 2],
    ],
  );
  for (const command of ['list', 'show']) {
    for (const format of [[], ['--json']]) {
      const { text } = await topics.run(command, ...format);
      assert.doesNotMatch(text, /s1|someone|e12/);
    }
  }
  assert.match((await topics.run('show')).text, /1\/12 .* key_mismatch: as it was \(\d+ bytes\)/);
});

test('a dry run judges and writes nothing', async () => {
  const topics = openTopics();
  const { code, text } = await topics.run('replay', '--dry-run');
  assert.equal(code, 1, 'some are still bad');
  assert.match(text, /selected 3 = to replay 1 \+ replayed before 0 \+ still bad 2 \+ gone 0/);
  assert.equal(topics.fed.length, 0);
  assert.equal(topics.letters.length, parked.length);
});

test('what can be read now is fed in once, as it was and where it was; the rest is told', async () => {
  const topics = openTopics();
  const first = await topics.run('replay');
  assert.match(first.text, /selected 3 = replayed 1 \+ replayed before 0 \+ still bad 2 \+ gone 0/);
  assert.match(first.text, /1 late letters are left out/);
  const [fed] = topics.fed;
  assert.equal(fed?.topic, TOPIC);
  assert.equal(fed.partition, 1);
  assert.equal(String(fed.key), 's1');
  assert.deepEqual(fed.value, Buffer.from(call({ eventId: 'e7' })));
  const headers = Object.fromEntries(Object.entries(fed.headers ?? {}).map(([name, value]) => [name, String(value)]));
  assert.deepEqual(headers, { origin: 'switch 7', 'churn_dlt-replay-of': '1/7' });
  const second = await topics.run('replay');
  assert.match(second.text, /selected 3 = replayed 0 \+ replayed before 1 \+ still bad 2/);
  assert.equal(topics.fed.length, 1);
});

test('cut off between feeding and marking, a letter is fed in again, with the same event id', async () => {
  const topics = openTopics();
  topics.failNextMark();
  await assert.rejects(topics.run('replay'), /cut off/);
  await topics.run('replay');
  assert.deepEqual(topics.fed[0]?.value, topics.fed[1]?.value);
  assert.equal(topics.fed.length, 2);
});

test('late ones are fed in where they are asked for, and other selections narrow', async () => {
  const topics = openTopics();
  const select = async (...args: readonly string[]): Promise<number> => {
    const { printed } = await topics.run('replay', '--dry-run', '--json', ...args);
    return (JSON.parse(printed[0] ?? '') as { selected: number }).selected;
  };
  assert.equal(await select('--reason', 'late'), 1);
  assert.equal(await select('--reason', 'late,undecodable'), 3);
  assert.equal(await select('--from-offset', '5', '--to-offset', '8'), 1);
  assert.equal(await select('--partition', '0'), 0);
  assert.equal(await select('--until', '1970-01-01T00:00:00Z'), 0);
  assert.match((await topics.run('replay', '--dry-run', '--limit', '1')).text, /2 more letters are left/);
});

test('what is exported, mended and given back is fed in place of its letter; what is wrong about it is told', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'churn-letters-'));
  t.after(() => {
    rmSync(directory, { recursive: true });
  });
  const file = join(directory, 'letters.ndjson');
  const topics = openTopics();
  assert.equal((await topics.run('export', '--out', file, '--reason', 'key_mismatch')).code, 0);
  const exported = readFileSync(file, 'utf8');
  assert.match(exported, /"partition":1,"offset":"12","record":\{"eventId":"e12"/);
  const { code, text } = await topics.run('replay', '--with', file);
  assert.equal(code, 0);
  assert.match(text, /selected 1 = replayed 1/);
  assert.equal(String(topics.fed[0]?.key), 's1', 'the key is the subscriber of the mended event');
});

test('mistakes in options are told together', () => {
  const read = readConfig(['reply', '--topic', 'x', '--since', 'yesterday', '--limit', 'all', '--out', 'f'], {});
  assert.ok(!read.ok);
  assert.equal(read.mistakes.length, 5);
  const unknown = readConfig(['list', '--frm', '1'], {});
  assert.ok(!unknown.ok);
  assert.match(unknown.mistakes[0] ?? '', /--frm/);
});

test('an event that would go to another partition is still bad as it is', () => {
  const contract = inputContract(
    () => NOW_MS,
    () => 0,
  );
  const judged = contract.judge({ partition: PARTITIONS - 1, key: Buffer.from('s1'), value: Buffer.from(call()) });
  assert.equal(judged.ok, false);
});

test('a record that may hold a phone number is parked without its content, and fed in from where it stands', async () => {
  const topics = openTopics();
  topics.park({ offset: 15, reason: 'undecodable', value: Buffer.from('msisdn=8613900001111'), key: '8613900001111' });
  topics.park({ offset: 17, reason: 'undecodable', value: Buffer.from('86 139-0000-1111') });
  const letter = topics.letters.find(({ headers }) => headers['churn_dlt-withheld'] !== undefined);
  assert.deepEqual([letter?.key, letter?.value, letter?.headers['origin']], [null, null, undefined]);
  assert.doesNotMatch(JSON.stringify(topics.letters.map((held) => String(held.value))), /1390000|139-0000/);
  assert.match((await topics.run('show', '--from-offset', '15')).text, /1\/15 .*left at its origin/);

  const { text } = await topics.run('replay', '--from-offset', '15');
  assert.match(text, /selected 2 = replayed 1 \+ replayed before 0 \+ still bad 0 \+ gone 1/);
  assert.deepEqual(topics.fed[0]?.value, atOrigin.value);
  assert.equal(topics.fed[0].headers?.['churn_dlt-replay-of'], '1/15');
});
