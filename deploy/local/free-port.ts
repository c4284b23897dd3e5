import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below the range from which systems take the local ports of outgoing connections: such a connection could sit on the
// port of a server that a test has killed and wants back.
const firstPort = 20_000;
const lastPort = 31_999;
const attempts = 100;

/** A TCP port of 127.0.0.1 on which nobody listens now; nobody else is given it while this process lives. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = randomInt(firstPort, lastPort + 1);
    if ((await reserve(port)) && (await canListen(port))) return port;
  }
  throw new Error(`no free port was found between ${firstPort} and ${lastPort}`);
}

/**
 * Between the choice of a port and a server that listens on it lie seconds, in which another test may choose, too. The
 * UDP port of the same number says that it is taken: it is in no server's way, and ends with the process.
 */
function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      resolve(true);
    });
  });
}

/** Whether somebody could listen on that port of 127.0.0.1 now. */
export function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
