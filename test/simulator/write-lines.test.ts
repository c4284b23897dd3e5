import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { writeLines } from '../../services/simulator/write-lines.ts';

const never = new AbortController().signal;

test('every line arrives, in order', async () => {
  const lines = Array.from({ length: 5_000 }, (_, number) => `line ${number}`);
  const out = new PassThrough();
  const read = text(out);
  assert.equal(await writeLines(lines, out, never), true);
  out.end();
  assert.equal(await read, lines.map((line) => `${line}\n`).join(''));
});

test('lines are made no faster than they are taken', async () => {
  let made = 0;
  let taken = 0;
  function* lines(): Generator<string> {
    for (; made < 400; made += 1) {
      assert.ok(made - taken < 150, `${made} made, ${taken} taken`);
      yield 'x'.repeat(1_023);
    }
  }
  const slow = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      taken += chunk.length / 1_024;
      setImmediate(done);
    },
  });
  await writeLines(lines(), slow, never);
});

test('a signal ends the writing after what was made', async () => {
  const stopped = new AbortController();
  const out = new PassThrough();
  const read = text(out);
  function* lines(): Generator<string> {
    yield 'one';
    stopped.abort();
    yield 'two';
  }
  assert.equal(await writeLines(lines(), out, stopped.signal), false);
  out.end();
  assert.equal(await read, 'one\n');
});

test('a reader that is gone is an error', async () => {
  const broken = new Writable({
    write(_chunk, _encoding, done) {
      done(new Error('EPIPE'));
    },
  });
  broken.on('error', () => undefined);
  const lines = Array.from({ length: 200 }, () => 'x'.repeat(1_023));
  await assert.rejects(writeLines(lines, broken, never), /EPIPE/);
});
