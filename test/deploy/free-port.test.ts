import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../deploy/local/free-port.ts';

/** Of 12,000: without a reservation one would come twice in all but one of 30,000 tries. */
const PORTS = 500;

test('a port that nobody listens on yet is not given to a second one that asks', async () => {
  const ports = await Promise.all(Array.from({ length: PORTS }, () => freePort()));
  assert.equal(new Set(ports).size, PORTS);
});
