import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EncodedRecord } from '../../services/simulator/encode-records.ts';
import { writeLog } from '../../services/simulator/write-log.ts';
import type { LogWrite, WriteLogOptions } from '../../services/simulator/write-log.ts';

function record(kind: EncodedRecord['kind'], number: number): EncodedRecord {
  return {
    kind,
    key: kind === 'mark' ? 'feed:voice' : `subscriber-${number % 3}`,
    value: Uint8Array.of(number),
    occurredAtMs: number,
  };
}

const stillClock = { nowMs: () => 0, sleep: () => Promise.resolve() };

function options(send: WriteLogOptions['send']): WriteLogOptions {
  return { topic: 'log', partitions: 3, send, batchSize: 4, clock: stillClock };
}

test('events go by key, marks to each partition, all in the order of the stream', async () => {
  const log: LogWrite[] = [];
  const stream = [record('event', 1), record('mark', 2), record('malformed', 3), record('event', 4)];
  const counts = await writeLog(
    stream,
    options((records) => {
      log.push(...records);
      return Promise.resolve();
    }),
  );
  assert.deepEqual(
    log.map(({ key, partition, value }) => [key, partition, value[0]]),
    [
      ['subscriber-1', undefined, 1],
      ['feed:voice', 0, 2],
      ['feed:voice', 1, 2],
      ['feed:voice', 2, 2],
      ['subscriber-0', undefined, 3],
      ['subscriber-1', undefined, 4],
    ],
  );
  assert.deepEqual(counts, { eventsSent: 3, malformed: 1, marks: 1, bytes: 6, eventTimeMs: 4 });
});

test('a batch is sent only when the one before is held, so that no mark overtakes an event', async () => {
  let isInFlight = false;
  const sizes: number[] = [];
  const stream = Array.from({ length: 30 }, (_, number) => record(number % 10 === 9 ? 'mark' : 'event', number));
  await writeLog(
    stream,
    options(async (records) => {
      assert.equal(isInFlight, false);
      isInFlight = true;
      sizes.push(records.length);
      await new Promise((resolve) => setImmediate(resolve));
      isInFlight = false;
    }),
  );
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    27 + 3 * 3,
  );
});

test('the stream is read no faster than the broker takes it', async () => {
  let read = 0;
  let held = 0;
  function* stream(): Generator<EncodedRecord> {
    for (; read < 100; read += 1) {
      assert.ok(read - held <= 8, `${read} read, ${held} held`);
      yield record('event', read);
    }
  }
  await writeLog(
    stream(),
    options(async (records) => {
      await new Promise((resolve) => setImmediate(resolve));
      held += records.length;
    }),
  );
  assert.equal(held, 100);
});

test('a failed batch rejects, and nothing is sent after it', async () => {
  let sends = 0;
  const failing = options(() => {
    sends += 1;
    return sends === 2 ? Promise.reject(new Error('broker gone')) : Promise.resolve();
  });
  const stream = Array.from({ length: 40 }, (_, number) => record('event', number));
  await assert.rejects(writeLog(stream, failing), /broker gone/);
  assert.equal(sends, 2);
});

test('a rate limit waits until the clock has caught up with the events', async () => {
  let nowMs = 0;
  const clock = {
    nowMs: () => nowMs,
    sleep: (durationMs: number) => {
      nowMs += durationMs;
      return Promise.resolve();
    },
  };
  const stream = Array.from({ length: 40 }, (_, number) => record('event', number));
  const limited = { ...options(() => Promise.resolve()), clock, eventsPerSecond: 10 };
  await writeLog(stream, limited);
  assert.ok(nowMs >= 3_000 && nowMs <= 4_000, `${nowMs}`);
});

test('a signal ends the stream early and tells what is held', async () => {
  const stopped = new AbortController();
  const log: LogWrite[] = [];
  const counts = await writeLog(
    Array.from({ length: 100 }, (_, number) => record('event', number)),
    {
      ...options((records) => {
        log.push(...records);
        if (log.length >= 8) stopped.abort();
        return Promise.resolve();
      }),
      signal: stopped.signal,
    },
  );
  assert.equal(counts.eventsSent, log.length);
  assert.ok(log.length < 100);
});
