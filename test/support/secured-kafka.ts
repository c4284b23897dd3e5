import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AclEntry } from 'kafkajs';
import { freePort } from '../../deploy/local/free-port.ts';
import { startKafka } from '../../deploy/local/native-kafka.ts';
import { createKafka } from '../../services/platform/kafka/client.ts';
import { openAuthority } from './certificates.ts';
import type { Authority, Certificate } from './certificates.ts';
import { setScramPasswords } from './scram-users.ts';
import type { TestEnd } from './installation.ts';

const NAMES = ['DNS:localhost', 'IP:127.0.0.1'];

/** Listeners of a secured broker: each asks for TLS and SCRAM, and shows another certificate. */
export const LISTENERS = ['secure', 'expired', 'elsewhere'] as const;
export type Listener = (typeof LISTENERS)[number];

/**
 * A broker that lets users do what lists of rights allow, and nothing else. Who comes by its plain port may do all: the
 * test itself.
 */
export interface SecuredKafka {
  readonly authority: Authority;
  readonly plainBrokers: readonly string[];
  readonly brokersOf: Readonly<Record<Listener, string>>;
  setPasswords(passwords: Readonly<Record<string, string>>): Promise<void>;
  grant(rights: readonly AclEntry[]): Promise<void>;
  revoke(right: AclEntry): Promise<void>;
}

/** @param directory for the broker's data and for the certificates. */
export async function startSecuredKafka(t: TestEnd, directory: string): Promise<SecuredKafka> {
  const authority = openAuthority(join(directory, 'certificates'), 'operator');
  const certificates: Record<Listener, Certificate> = {
    secure: authority.issue('broker', { names: NAMES }),
    expired: authority.issue('expired', { names: NAMES, days: -1 }),
    elsewhere: authority.issue('elsewhere', { names: ['DNS:kafka.example.test'] }),
  };
  const [port, controllerPort] = [await freePort(), await freePort()];
  const ports: Record<Listener, number> = {
    secure: await freePort(),
    expired: await freePort(),
    elsewhere: await freePort(),
  };
  const listeners = [
    `PLAINTEXT://127.0.0.1:${port}`,
    ...LISTENERS.map((name) => `${name.toUpperCase()}://127.0.0.1:${ports[name]}`),
  ];
  const kafka = await startKafka({
    dir: join(directory, 'kafka'),
    port,
    member: { nodeId: 1, controllerPorts: [controllerPort] },
    settings: {
      listeners: [...listeners, `CONTROLLER://127.0.0.1:${controllerPort}`].join(','),
      'advertised.listeners': listeners.map((listener) => listener.replace('127.0.0.1', 'localhost')).join(','),
      'listener.security.protocol.map': [
        'PLAINTEXT:PLAINTEXT',
        'CONTROLLER:PLAINTEXT',
        ...LISTENERS.map((name) => `${name.toUpperCase()}:SASL_SSL`),
      ].join(','),
      'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
      ...Object.fromEntries(LISTENERS.flatMap((name) => listenerSettings(name, directory, certificates[name]))),
    },
  });
  t.after(() => kafka.kill());
  const admin = createKafka({ brokers: kafka.brokers, clientId: 'administrator' }).admin();
  await admin.connect();
  t.after(() => admin.disconnect());
  return {
    authority,
    plainBrokers: kafka.brokers,
    brokersOf: {
      secure: `localhost:${ports.secure}`,
      expired: `localhost:${ports.expired}`,
      elsewhere: `localhost:${ports.elsewhere}`,
    },
    setPasswords: (passwords) => setScramPasswords(port, passwords),
    async grant(rights) {
      await admin.createAcls({ acl: [...rights] });
    },
    async revoke({ resourceType, resourceName, resourcePatternType, principal, host, operation, permissionType }) {
      const filter = { resourceType, resourceName, resourcePatternType, principal, host, operation, permissionType };
      const { filterResponses } = await admin.deleteAcls({ filters: [filter] });
      const revoked = filterResponses.flatMap(({ matchingAcls }) => matchingAcls).length;
      if (revoked !== 1) throw new Error(`${revoked} rights were revoked instead of one`);
    },
  };
}

function listenerSettings(name: Listener, directory: string, { certFile, keyFile }: Certificate): [string, string][] {
  const store = join(directory, `${name}.pem`);
  writeFileSync(store, `${readFileSync(keyFile, 'utf8')}${readFileSync(certFile, 'utf8')}`);
  const of = `listener.name.${name}`;
  return [
    [`${of}.ssl.keystore.type`, 'PEM'],
    [`${of}.ssl.keystore.location`, store],
    [`${of}.scram-sha-512.sasl.jaas.config`, 'org.apache.kafka.common.security.scram.ScramLoginModule required;'],
  ];
}
