import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Clients with keep-alive would hold `close` for as long as they like: their idle connections are closed this often. */
const SWEEP_INTERVAL_MS = 50;

/**
 * Stops listening, lets requests under way finish, and closes connections as they fall idle. What is still open after
 * `deadlineMs` is cut.
 *
 * @param app whatever closes the server, such as a Fastify instance.
 */
export async function closeGracefully(
  app: { readonly server: Server; close(): PromiseLike<unknown> },
  deadlineMs: number,
): Promise<void> {
  const finished = new AbortController();
  const sweep = setInterval(() => {
    app.server.closeIdleConnections();
  }, SWEEP_INTERVAL_MS);
  const deadline = delay(deadlineMs, undefined, { signal: finished.signal }).then(
    () => {
      app.server.closeAllConnections();
    },
    () => undefined,
  );
  try {
    app.server.closeIdleConnections();
    await app.close();
  } finally {
    finished.abort();
    clearInterval(sweep);
    await deadline;
  }
}
