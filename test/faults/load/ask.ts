import { join } from 'node:path';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { startChild } from '../../bench/harness/child.ts';

const Latency = Type.Object({
  count: Type.Number(),
  p50Ms: Type.Union([Type.Number(), Type.Null()]),
  p99Ms: Type.Union([Type.Number(), Type.Null()]),
  maxMs: Type.Union([Type.Number(), Type.Null()]),
});
const Asking = Type.Object({ type: Type.Literal('asking') });
const Asked = Type.Object({
  type: Type.Literal('asked'),
  /** How many of each: a status, "503 with Retry-After", or why there was none. */
  answers: Type.Record(Type.String(), Type.Number()),
  /** Of those answered with 200, from the intended time. */
  answered: Latency,
  /** Of all others. */
  refused: Latency,
});
/** What callers were told. */
export type Asked = Static<typeof Asked>;

export const REFUSED_POLITELY = '503 with Retry-After';

export interface AskOptions {
  readonly address: string;
  /** Asked for in turn. */
  readonly paths: readonly string[];
  /** Of all together, whatever becomes of them; 0 for clients that ask as soon as they have their answer. */
  readonly requestsPerSecond: number;
  readonly clients: number;
  readonly signal: AbortSignal;
}

export interface Asker {
  /** Ends the questions, and waits for the last answers. */
  stop(): Promise<Asked>;
}

/** Callers in a process of their own, so that they are not kept waiting by what the load is made with. */
export async function startAsking({ signal, ...argument }: AskOptions): Promise<Asker> {
  const child = startChild(join(import.meta.dirname, 'ask.process.ts'), argument, signal);
  await child.next(Asking);
  return {
    async stop() {
      child.tell({ type: 'stop' });
      try {
        return await child.next(Asked);
      } finally {
        child.end();
      }
    },
  };
}

/** Answers that are neither 200 nor a 503 that says when to come again. */
export function wrongAnswers({ answers }: Asked): string[] {
  return Object.entries(answers)
    .filter(([answer]) => answer !== '200' && answer !== REFUSED_POLITELY)
    .map(([answer, count]) => `${count} requests got ${answer}`);
}
