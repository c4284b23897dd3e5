import assert from 'node:assert/strict';
import { Agent, createServer, get } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { test } from 'node:test';
import { closeGracefully } from '../../../services/platform/http/close-gracefully.ts';

test('a connection kept alive by a client does not hold the end up', { timeout: 20_000 }, async () => {
  const { app, url } = await listening((_request, response) => response.end('done'));
  const agent = new Agent({ keepAlive: true });
  const reply = await request(url, agent);
  reply.resume();
  await new Promise((resolve) => reply.once('end', resolve));
  await closeGracefully(app, 60_000, 0);
  assert.equal(app.server.listening, false);
  agent.destroy();
});

test('a request under way is answered before the end', { timeout: 20_000 }, async () => {
  const arrived = Promise.withResolvers<undefined>();
  const { app, url } = await listening((_request, response) => {
    arrived.resolve(undefined);
    app.server.once('close-asked', () => response.end('done'));
  });
  const reply = request(url, new Agent({ keepAlive: true }));
  await arrived.promise;
  const closed = closeGracefully(app, 60_000, 0);
  app.server.emit('close-asked');
  assert.equal((await reply).statusCode, 200);
  (await reply).resume();
  await closed;
});

test('who comes just before the end is answered, and told to come back over another connection', async () => {
  const { app, url } = await listening((_request, response) => response.end('done'));
  const agent = new Agent({ keepAlive: true });
  const before = await request(url, agent);
  before.resume();
  await new Promise((resolve) => before.once('end', resolve));
  const closed = closeGracefully(app, 60_000, 200);
  const after = await request(url, agent);
  after.resume();
  assert.equal(after.statusCode, 200);
  assert.equal(after.headers.connection, 'close');
  await closed;
  agent.destroy();
});

test('what is still open at the deadline is cut', { timeout: 20_000 }, async () => {
  const arrived = Promise.withResolvers<undefined>();
  const { app, url } = await listening(() => {
    arrived.resolve(undefined);
  });
  const reply = request(url, new Agent());
  const refused = assert.rejects(reply);
  await arrived.promise;
  await closeGracefully(app, 50, 0);
  await refused;
});

async function listening(
  listener: RequestListener,
): Promise<{ readonly app: { server: Server; close: () => Promise<void> }; readonly url: string }> {
  const server = createServer({ keepAliveTimeout: 600_000 }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  return { app: { server, close }, url: `http://127.0.0.1:${address.port}` };
}

function request(url: string, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, resolve).on('error', reject);
  });
}
