/** Asks for the risk of subscribers drawn at random: first open loop at a stated rate, then as fast as answers come. */
import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Type } from 'typebox';
import { seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';
import { readArgument, tellParent } from '../harness/child.ts';
import { latencyOf } from '../harness/measured.ts';
import { createZipfWorkload } from '../workload/zipf-workload.ts';

const TICK_MS = 1;

const { address, subscribers, requestsPerSecond, seconds, connections } = readArgument(
  Type.Object({
    address: Type.String(),
    subscribers: Type.Number(),
    requestsPerSecond: Type.Number(),
    seconds: Type.Number(),
    connections: Type.Number(),
  }),
);
const { subscriberIds } = createZipfWorkload({ subscribers });
const random = seededRandom(7);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
let refused = 0;

await askAtRate(1);
refused = 0;
const openLoop = await askAtRate(seconds);
const closedLoop = await askUntil(performance.now() + seconds * 1_000);
tellParent({
  openLoop: latencyOf(openLoop),
  closedLoop: latencyOf(closedLoop),
  closedLoopRequestsPerSecond: closedLoop.length / seconds,
  refused,
});
agent.destroy();
process.disconnect?.();

/** Each request has an intended time, and its latency counts from there, also if it waits for a connection. */
async function askAtRate(durationSeconds: number): Promise<number[]> {
  const startMs = performance.now();
  const total = Math.round(durationSeconds * requestsPerSecond);
  const pending: Promise<number>[] = [];
  while (pending.length < total) {
    const intendedAtMs = startMs + (pending.length * 1_000) / requestsPerSecond;
    if (performance.now() < intendedAtMs) await delay(TICK_MS);
    else pending.push(ask().then((endedAtMs) => endedAtMs - intendedAtMs));
  }
  return Promise.all(pending);
}

/** Each connection asks again as soon as it has its answer: throughput, whose latencies mean little. */
async function askUntil(endMs: number): Promise<number[]> {
  const valuesMs: number[] = [];
  async function askAgain(): Promise<void> {
    while (performance.now() < endMs) {
      const startedMs = performance.now();
      valuesMs.push((await ask()) - startedMs);
    }
  }
  await Promise.all(Array.from({ length: connections }, askAgain));
  return valuesMs;
}

/** @returns when the whole answer was there. */
function ask(): Promise<number> {
  const id = subscriberIds[Math.floor(random() * subscriberIds.length)] ?? '';
  return new Promise((resolve, reject) => {
    const request = get(`${address}/v1/subscribers/${encodeURIComponent(id)}/risk`, { agent }, (response) => {
      if (response.statusCode !== 200) refused++;
      response.resume();
      response.on('end', () => {
        resolve(performance.now());
      });
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}
