import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { correlationIdOf, splitFrames, toProduceRequest } from './kafka-frames.ts';

/** A way to a broker on which answers to produce requests get lost, and the connection with them. */
export interface AcknowledgementGate {
  readonly port: number;
  /** Answers that the broker gave and nobody got, by the program that waited for them. */
  dropped(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/**
 * Opens a gate before a broker of this machine. It waits for the answer before it cuts, so that the records are certain
 * to be in the log.
 *
 * @param port where it listens; the broker has to tell its clients this one.
 * @param isToDrop asked for each produce request, by the program that sends it.
 */
export async function openAcknowledgementGate(options: {
  readonly port: number;
  readonly brokerPort: number;
  readonly isToDrop: (clientId: string) => boolean;
}): Promise<AcknowledgementGate> {
  const { port, brokerPort, isToDrop } = options;
  const dropped = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connect({ host: '127.0.0.1', port: brokerPort });
    const marked = new Map<number, string>();
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        broker.destroy();
      });
    }
    const readRequests = splitFrames((request) => {
      const produce = toProduceRequest(request);
      if (produce !== undefined && isToDrop(produce.clientId)) marked.set(produce.correlationId, produce.clientId);
    });
    const readAnswers = splitFrames((answer, whole) => {
      if (client.destroyed) return;
      const clientId = marked.get(correlationIdOf(answer));
      if (clientId === undefined) {
        client.write(whole);
        return;
      }
      dropped.set(clientId, (dropped.get(clientId) ?? 0) + 1);
      client.destroy();
      broker.destroy();
    });
    onBytes(client, (chunk) => {
      readRequests(chunk);
      broker.write(chunk);
    });
    onBytes(broker, readAnswers);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    dropped: () => dropped,
    async close() {
      const closed = new Promise<unknown>((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function onBytes(socket: Socket, take: (chunk: Buffer) => void): void {
  socket.on('data', (chunk) => {
    take(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  });
}
