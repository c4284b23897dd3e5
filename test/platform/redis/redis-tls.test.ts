import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { createPartBoard } from '../../../services/platform/process/part-board.ts';
import { awaitRedis } from '../../../services/platform/redis/await-redis.ts';
import { openRedis } from '../../../services/platform/redis/client.ts';
import type { RedisSettings, RedisTls } from '../../../services/platform/redis/client.ts';
import { probeRedis } from '../../../services/platform/redis/probe-redis.ts';
import { openAuthority, withoutOpenssl } from '../../support/certificates.ts';
import type { Certificate } from '../../support/certificates.ts';
import { withoutNativeParts } from '../../support/own-stack.ts';
import { SERVER_NAMES, startTlsRedis } from '../../support/tls-redis.ts';
import type { TlsRedis } from '../../support/tls-redis.ts';

const PASSWORD = 'hidden-pass-word';
const skip = withoutNativeParts || withoutOpenssl;

test(
  'a server with a certificate of the given authority is worked with, by name and by address',
  { skip },
  async (t) => {
    const server = await startTlsRedis(t);
    for (const host of ['localhost', '127.0.0.1']) {
      const redis = await openRedis({ url: `rediss://${host}:${server.tlsPort}`, tls: trusting(server) });
      await probeRedis(redis, '');
      redis.disconnect();
    }
  },
);

test('a server that proves nothing is not worked with, and the words say what to do', { skip }, async (t) => {
  const server = await startTlsRedis(t);
  const { authority, directory, tlsPort, plainUrl } = server;
  const other = openAuthority(join(directory, 'certificates'), 'stranger');
  const url = `rediss://user:${PASSWORD}@localhost:${tlsPort}`;
  const plainPort = new URL(plainUrl).port;
  const ca = pem(authority.caFile);

  assert.match(await causeOf({ url, tls: { ca: pem(other.caFile) } }), /not trusted: CHURN_REDIS_CA_FILE/);
  assert.match(await causeOf({ url }), /not trusted: CHURN_REDIS_CA_FILE/);
  await server.show(authority.issue('expired', { names: SERVER_NAMES, days: -1 }));
  assert.match(await causeOf({ url, tls: { ca } }), /has expired: renew it/);
  await server.show(authority.issue('elsewhere', { names: ['DNS:redis.example.test'] }));
  assert.match(await causeOf({ url, tls: { ca } }), /another name than the one in CHURN_REDIS_URL/);
  await server.show(other.issue('redis', { names: SERVER_NAMES }));
  assert.match(await causeOf({ url, tls: { ca } }), /not trusted/);
  assert.match(await causeOf({ url: `rediss://localhost:${plainPort}` }), /does it speak TLS at this port/);
  assert.match(await causeOf({ url: `redis://localhost:${tlsPort}` }), /does it expect TLS \(rediss\)\?/);
});

test('a server that asks for a certificate gets that of the client', { skip }, async (t) => {
  const server = await startTlsRedis(t);
  const { authority, directory, admin, tlsPort } = server;
  await admin.config('SET', 'tls-auth-clients', 'yes');
  const url = `rediss://localhost:${tlsPort}`;
  const ca = pem(authority.caFile);
  const own = authority.issue('client', { names: ['DNS:client'] });
  const redis = await openRedis({ url, tls: { ca, ...contentOf(own) } });
  await probeRedis(redis, '');
  redis.disconnect();

  assert.match(await causeOf({ url, tls: { ca } }), /refuses this client's certificate, or misses one/);
  const stranger = openAuthority(join(directory, 'certificates'), 'stranger').issue('client', {
    names: ['DNS:client'],
  });
  assert.match(
    await causeOf({ url, tls: { ca, ...contentOf(stranger) } }),
    /refuses this client's certificate, or misses one/,
  );
});

test('a wrong password is told without it', { skip }, async (t: TestContext) => {
  const server = await startTlsRedis(t);
  await server.admin.call('ACL', 'SETUSER', 'user', 'on', '>another', '~*', '+@all');
  const cause = await causeOf({ url: `rediss://user:${PASSWORD}@localhost:${server.tlsPort}`, tls: trusting(server) });
  assert.match(cause, /refuses the user and password/);
});

function trusting({ authority }: TlsRedis): RedisTls {
  return { ca: pem(authority.caFile) };
}

function contentOf({ certFile, keyFile }: Certificate): RedisTls {
  return { cert: pem(certFile), key: pem(keyFile) };
}

function pem(file: string): string {
  return readFileSync(file, 'utf8');
}

/** The cause in the first line about a Redis that is waited for. */
async function causeOf(settings: RedisSettings): Promise<string> {
  const told = Promise.withResolvers<string>();
  const stopping = new AbortController();
  const board = createPartBoard({
    error(fields: object) {
      told.resolve(JSON.stringify(fields));
    },
    info: () => undefined,
  });
  const waiting = awaitRedis({ settings, keyspace: '', part: board.part('Redis', 'waiting'), signal: stopping.signal });
  waiting.catch(told.reject);
  const cause = await told.promise;
  stopping.abort();
  await assert.rejects(waiting);
  assert.ok(!cause.includes(PASSWORD), 'the password is not told');
  return cause;
}
