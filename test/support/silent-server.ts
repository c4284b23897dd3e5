import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { TestEnd } from './installation.ts';

/**
 * Listens on 127.0.0.1, takes every connection, and answers nothing unless told what.
 *
 * @returns its port.
 */
export async function openSilentServer(t: TestEnd, answer: (request: Buffer) => string = () => ''): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (request) => socket.write(answer(Buffer.from(request))));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return port;
}
