import { setTimeout as delay } from 'node:timers/promises';
import { callOnce } from './http-callers.ts';

const POLL_MS = 10;

export interface ReadinessWatch {
  /** Resolves when it is told 503, or nobody answers any more. */
  untilNotReady(): Promise<void>;
  /** Ends when nobody answers any more, and gives what was seen. */
  untilClosed(): Promise<ReadinessSeen>;
}

export interface ReadinessSeen {
  /** When it was first told 503; undefined where it never was. */
  readonly notReadyAtMs: number | undefined;
  /** When a connection was first refused. */
  readonly closedAtMs: number;
  /** From the last look that was answered to the one that was refused: what was shown in between nobody saw. */
  readonly unseenMs: number;
}

/** Asks for readiness again and again, as a load balancer in a hurry would, each time over a new connection. */
export function watchReadiness(url: string): ReadinessWatch {
  const heard = Promise.withResolvers<undefined>();
  const watching = (async () => {
    let notReadyAtMs: number | undefined;
    let lookedAtMs = performance.now();
    for (;;) {
      const askedAtMs = performance.now();
      const { status, code } = await callOnce(url);
      if (status !== undefined) lookedAtMs = askedAtMs;
      if (status === 503) notReadyAtMs ??= performance.now();
      if (status !== 200) heard.resolve(undefined);
      if (code === 'ECONNREFUSED') {
        const closedAtMs = performance.now();
        return { notReadyAtMs, closedAtMs, unseenMs: closedAtMs - lookedAtMs };
      }
      await delay(POLL_MS);
    }
  })();
  return { untilNotReady: () => heard.promise, untilClosed: () => watching };
}
