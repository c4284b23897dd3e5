import { Redis } from 'ioredis';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { test } from 'node:test';

const SOCKET_TIMEOUT_MS = 10_000;

test('what was asked on a connection that is lost does not end the next one', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      // The first hears the question and is gone.
      if (socket === sockets[0]) socket.destroy();
      else socket.write('+PONG\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const redis = new Redis(address.port, '127.0.0.1', {
    enableReadyCheck: false,
    disableClientInfo: true,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    lazyConnect: true,
    socketTimeout: SOCKET_TIMEOUT_MS,
    retryStrategy: () => 1,
  });
  t.after(() => {
    redis.disconnect();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  redis.on('error', () => undefined);
  await redis.connect();
  const lost = once(redis, 'reconnecting');
  await assert.rejects(redis.ping());
  await lost;
  const isBack = once(redis, 'ready');
  t.mock.timers.tick(1);
  await isBack;
  assert.equal(await redis.ping(), 'PONG');

  t.mock.timers.tick(SOCKET_TIMEOUT_MS);
  assert.equal(await redis.ping(), 'PONG');
  assert.equal(sockets.length, 2);
});
