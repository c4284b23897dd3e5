import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

export interface OperationsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** What is not ready yet, by name; empty when all is. */
export type ReadinessCheck = () => readonly string[];

/** `/metrics`, `/livez` (the event loop alone) and `/readyz` on a port of their own. */
export async function openOperationsServer(options: {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  readonly notReady: ReadinessCheck;
}): Promise<OperationsServer> {
  const { host, port, metrics, notReady } = options;
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, text: string): void => {
      response.writeHead(status, { 'content-type': type }).end(text);
    };
    switch (request.url?.split('?')[0]) {
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
        answer(
          missing.length === 0 ? 200 : 503,
          'text/plain',
          missing.length === 0 ? 'ready\n' : `not ready: ${missing.join(', ')}\n`,
        );
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

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return address.port;
}
