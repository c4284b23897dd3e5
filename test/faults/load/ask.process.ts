/**
 * Asks for paths of the API over and over: at a stated rate, each request at its own intended time whatever became of
 * those before it, or with so many clients that each ask again as soon as they have their answer.
 */
import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Type } from 'typebox';
import { readArgument, tellParent } from '../../bench/harness/child.ts';
import { latencyOf } from '../../bench/harness/measured.ts';
import { PATIENCE_MS } from '../../support/until.ts';

const TICK_MS = 2;
/** Of the clients that do not ask at a rate, after they were refused: shorter than they were told. */
const PAUSE_AFTER_REFUSAL_MS = 250;

const { address, paths, requestsPerSecond, clients } = readArgument(
  Type.Object({
    address: Type.String(),
    paths: Type.Array(Type.String()),
    /** 0: each client asks as soon as it has its answer. */
    requestsPerSecond: Type.Number(),
    clients: Type.Number(),
  }),
);
const agent = new Agent({ keepAlive: true, maxSockets: clients });
const answers = new Map<string, number>();
const answeredMs: number[] = [];
const refusedMs: number[] = [];
let asked = 0;
let isOver = false;
process.once('message', () => {
  isOver = true;
});
tellParent({ type: 'asking' });
await (requestsPerSecond > 0 ? askAtRate() : Promise.all(Array.from({ length: clients }, askAgain)));
tellParent({
  type: 'asked',
  answers: Object.fromEntries(answers),
  answered: latencyOf(answeredMs),
  refused: latencyOf(refusedMs),
});
agent.destroy();
process.disconnect?.();

async function askAtRate(): Promise<void> {
  const startMs = performance.now();
  const pending = new Set<Promise<unknown>>();
  while (!isOver) {
    const intendedAtMs = startMs + (asked * 1_000) / requestsPerSecond;
    if (performance.now() < intendedAtMs) {
      await delay(TICK_MS);
      continue;
    }
    const asking: Promise<unknown> = ask(intendedAtMs).finally(() => pending.delete(asking));
    pending.add(asking);
  }
  await Promise.all(pending);
}

async function askAgain(): Promise<void> {
  while (!isOver) {
    if ((await ask(performance.now())) !== '200') await delay(PAUSE_AFTER_REFUSAL_MS);
  }
}

/** @returns the status, "503 with Retry-After", or why there was no answer. */
async function ask(intendedAtMs: number): Promise<string> {
  const answer = await answerTo(paths[asked++ % paths.length] ?? '/');
  answers.set(answer, (answers.get(answer) ?? 0) + 1);
  const tookMs = performance.now() - intendedAtMs;
  if (answer === '200') answeredMs.push(tookMs);
  else refusedMs.push(tookMs);
  return answer;
}

function answerTo(path: string): Promise<string> {
  return new Promise((resolve) => {
    const fail = (error: Error): void => {
      const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
      // The server closed a connection that had been idle just when it was to be used again: any client asks once more.
      resolve(code === 'ECONNRESET' && request.reusedSocket ? answerTo(path) : code);
    };
    const request = get(`${address}${path}`, { agent, timeout: PATIENCE_MS }, (response) => {
      response.resume();
      response.on('end', () => {
        const isPolite = response.statusCode === 503 && response.headers['retry-after'] !== undefined;
        resolve(isPolite ? '503 with Retry-After' : String(response.statusCode));
      });
      response.on('error', fail);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
    request.on('error', fail);
  });
}
