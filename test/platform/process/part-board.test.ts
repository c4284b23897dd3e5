import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPartBoard } from '../../../services/platform/process/part-board.ts';
import type { PartBoard } from '../../../services/platform/process/part-board.ts';

interface Bench {
  readonly board: PartBoard;
  /** Level and what is said, of each line. */
  readonly lines: { readonly level: string; readonly fields: object }[];
  nowMs: number;
}

function openBench(): Bench {
  const lines: Bench['lines'] = [];
  const bench: Bench = {
    lines,
    nowMs: 0,
    board: createPartBoard(
      {
        error: (fields: object) => void lines.push({ level: 'error', fields }),
        info: (fields: object) => void lines.push({ level: 'info', fields }),
      },
      () => bench.nowMs,
    ),
  };
  return bench;
}

test('an outage is told once at its beginning, once a minute, and once at its end with its length', () => {
  const bench = openBench();
  const redis = bench.board.part('Redis', 'waiting');
  for (; bench.nowMs < 150_000; bench.nowMs += 1_000) redis.missing(`try ${bench.nowMs}`);
  redis.up();
  assert.deepEqual(
    bench.lines.map(({ level }) => level),
    ['error', 'error', 'error', 'info'],
  );
  assert.deepEqual(bench.lines[0]?.fields, { part: 'Redis', cause: 'try 0', doing: 'waiting' });
  assert.deepEqual(bench.lines[3]?.fields, { part: 'Redis', outageSeconds: 150 });
});

test('a part that comes up at once is not worth a line', () => {
  const { board, lines } = openBench();
  board.part('Redis', 'waiting').up();
  assert.deepEqual(lines, []);
});

test('a process is ready when all its parts are up; until then each says why not', () => {
  const bench = openBench();
  const { board } = bench;
  const [redis, kafka] = [board.part('Redis', 'waiting'), board.part('Kafka', 'waiting')];
  assert.deepEqual(board.notReady(), ['Redis: starting', 'Kafka: starting']);
  redis.up('7.0.15');
  bench.nowMs = 5_000;
  kafka.missing('no broker');
  bench.nowMs = 6_000;
  kafka.missing('still none');
  assert.deepEqual(board.notReady(), ['Kafka: still none']);
  assert.deepEqual(board.statuses(), [
    { name: 'Redis', state: 'up', sinceMs: 0, detail: '7.0.15' },
    { name: 'Kafka', state: 'missing', sinceMs: 5_000, detail: 'still none' },
  ]);
  kafka.up();
  assert.deepEqual(board.notReady(), []);
});

test('a part is the same by its name, and gone once it is removed', () => {
  const { board } = openBench();
  board.part('partition 1', 'paused').missing('sick');
  board.part('partition 1', 'paused').up();
  assert.deepEqual(board.notReady(), []);
  board.part('partition 1', 'paused').missing('sick again');
  board.part('partition 1', 'paused').remove();
  assert.deepEqual(board.statuses(), []);
});

test('while attempts fail, only the last of them to succeed sets the part up', () => {
  const { board, lines } = openBench();
  const redis = board.part('Redis', 'waiting');
  const [first, second] = [redis.attempt(), redis.attempt()];
  first.failed('gone');
  second.failed('gone');
  redis.up('it answers');
  first.succeeded();
  assert.equal(redis.isUp(), false);
  second.succeeded();
  assert.equal(redis.isUp(), true);
  assert.equal(lines.length, 2, 'one line for the beginning and one for the end');
});

test('an attempt that never failed says nothing: who watches the part knows better', () => {
  const { board } = openBench();
  const redis = board.part('Redis', 'waiting');
  redis.missing('its memory is full');
  redis.attempt().succeeded();
  assert.deepEqual(board.notReady(), ['Redis: its memory is full']);
});

test('an attempt that is given up holds nothing back', () => {
  const { board } = openBench();
  const redis = board.part('Redis', 'waiting');
  const attempt = redis.attempt();
  attempt.failed('gone');
  attempt.givenUp();
  assert.equal(redis.isUp(), false);
  redis.up();
  assert.equal(redis.isUp(), true);
});

test('what somebody else has told is no second line, and the part is missing all the same', () => {
  const { board, lines } = openBench();
  board.part('feed voice', 'trying again').missing('stopped: the topic begins at 9', true);
  assert.deepEqual([lines, board.notReady()], [[], ['feed voice: stopped: the topic begins at 9']]);
});

test('user and password of a URL are not repeated', () => {
  const { board, lines } = openBench();
  board.part('Redis', 'waiting').missing('cannot reach rediss://admin:s3cret@redis.example:6379/0');
  assert.ok(!JSON.stringify([lines, board.statuses(), board.notReady()]).includes('s3cret'));
  assert.match(board.notReady().join(), /rediss:\/\/redis\.example:6379/);
});
