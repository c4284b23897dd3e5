import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

export interface OperationsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** What is not ready yet, by name; empty when all is. */
export type ReadinessCheck = () => readonly string[];

/** A part that the process needs, as `/readyz?verbose` tells it. */
export interface ShownPart {
  readonly name: string;
  readonly state: string;
  readonly sinceMs: number;
  readonly detail: string;
}

/**
 * `/metrics`, `/livez` (the event loop alone) and `/readyz` on a port of their own. `/readyz` says in a line what is
 * missing, `/readyz?verbose` in JSON how each part stands.
 */
export async function openOperationsServer(options: {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  readonly notReady: ReadinessCheck;
  readonly parts?: () => readonly ShownPart[];
}): Promise<OperationsServer> {
  const { host, port, metrics, notReady, parts } = options;
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, text: string): void => {
      response.writeHead(status, { 'content-type': type }).end(text);
    };
    const [path, query = ''] = (request.url ?? '').split('?');
    switch (path) {
      case '/metrics':
        metrics.render().then(
          ({ contentType, text }) => {
            answer(200, contentType, text);
          },
          () => {
            answer(500, 'text/plain', 'metrics cannot be rendered\n');
          },
        );
        return;
      case '/livez':
        answer(200, 'text/plain', 'alive\n');
        return;
      case '/readyz': {
        const missing = notReady();
        const status = missing.length === 0 ? 200 : 503;
        if (new URLSearchParams(query).has('verbose') && parts !== undefined) {
          const body = { status: missing.length === 0 ? 'ready' : 'not_ready', parts: parts().map(shown) };
          answer(status, 'application/json', `${JSON.stringify(body)}\n`);
        } else {
          answer(status, 'text/plain', missing.length === 0 ? 'ready\n' : `not ready: ${missing.join(', ')}\n`);
        }
        return;
      }
      default:
        answer(404, 'text/plain', 'not found\n');
    }
  });
  server.keepAliveTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function shown({ name, state, sinceMs, detail }: ShownPart): Record<string, string> {
  return { name, state, since: new Date(sinceMs).toISOString(), detail };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return address.port;
}
