import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Clients with keep-alive would hold `close` for as long as they like: their idle connections are closed this often. */
const SWEEP_INTERVAL_MS = 50;
/** Until who sends the traffic has heard, by readiness, that this server wants no more. */
const GRACE_MS = 1_000;

/**
 * Serves on for a moment, telling each client to come back over another connection, then stops listening, lets requests
 * under way finish, and closes connections as they fall idle. What is still open `deadlineMs` after the grace is cut.
 *
 * Without the grace, requests that the kernel has taken and the server has not read yet would be answered with a reset.
 * Readiness has to be false before this is called.
 *
 * @param app whatever closes the server, such as a Fastify instance.
 */
export async function closeGracefully(
  app: { readonly server: Server; close(): PromiseLike<unknown> },
  deadlineMs: number,
  graceMs: number = GRACE_MS,
): Promise<void> {
  app.server.prependListener('request', askToLeave);
  await delay(graceMs);
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

function askToLeave(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('connection', 'close');
}
