import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../deploy/local/free-port.ts';
import { startRedis } from '../../deploy/local/native-redis.ts';
import { openAuthority } from './certificates.ts';
import type { Authority, Certificate } from './certificates.ts';
import type { TestEnd } from './installation.ts';

export const SERVER_NAMES = ['DNS:localhost', 'IP:127.0.0.1'] as const;

/** A Redis of a test's own that speaks TLS at one port, and without it at another, for the test itself. */
export interface TlsRedis {
  readonly directory: string;
  readonly authority: Authority;
  readonly certificate: Certificate;
  readonly tlsPort: number;
  readonly plainUrl: string;
  readonly admin: Redis;
  /** What the server shows from the next connection on. */
  show(certificate: Certificate): Promise<void>;
}

export async function startTlsRedis(t: TestEnd): Promise<TlsRedis> {
  const directory = mkdtempSync(join(tmpdir(), 'churn-tls-redis-'));
  const authority = openAuthority(join(directory, 'certificates'), 'operator');
  const certificate = authority.issue('redis', { names: SERVER_NAMES });
  const tlsPort = await freePort();
  const server = await startRedis({
    dir: join(directory, 'redis'),
    port: await freePort(),
    settings: {
      'tls-port': String(tlsPort),
      'tls-cert-file': certificate.certFile,
      'tls-key-file': certificate.keyFile,
      'tls-ca-cert-file': authority.caFile,
      'tls-auth-clients': 'no',
    },
  });
  const admin = new Redis(server.redisUrl);
  t.after(async () => {
    admin.disconnect();
    await server.kill();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    directory,
    authority,
    certificate,
    tlsPort,
    plainUrl: server.redisUrl,
    admin,
    async show({ certFile, keyFile }) {
      await admin.call('CONFIG', 'SET', 'tls-cert-file', certFile, 'tls-key-file', keyFile);
    },
  };
}
