import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Command } from 'ioredis';
import { toRequest } from '../../../services/platform/redis/one-buffer-command.ts';

test("a request holds the same bytes as the client's own", () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), bytes);
  fc.assert(
    fc.property(fc.array(value, { maxLength: 30 }), (values) => {
      const expected = Buffer.from(new Command('EVALSHA', [...values]).toWritable({}));
      assert.deepEqual(toRequest(['EVALSHA', ...values]), expected);
    }),
    { numRuns: 500 },
  );
});
