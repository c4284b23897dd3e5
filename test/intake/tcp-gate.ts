import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { freePort } from '../../deploy/local/free-port.ts';

/** A way to a server that can be cut and opened again. */
export interface TcpGate {
  readonly port: number;
  open(): Promise<void>;
  /** Nobody listens any more, and what was connected is cut. */
  cut(): Promise<void>;
}

/** A gate before a server of this machine; cut at first. */
export async function createTcpGate(target: { readonly host: string; readonly port: number }): Promise<TcpGate> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  }

  return {
    port,
    async open() {
      server = createServer((inward) => {
        const outward = connect(target);
        keep(inward);
        keep(outward);
        inward.pipe(outward).pipe(inward);
        inward.on('close', () => outward.destroy());
        outward.on('close', () => inward.destroy());
      });
      const listening = server;
      await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
    },
    async cut() {
      const listening = server;
      server = undefined;
      if (listening === undefined) return;
      const closed = new Promise<unknown>((resolve) => listening.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
