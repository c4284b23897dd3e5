import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { untilKafkaAnswers } from './await-ready.ts';
import { brokerHeap, brokerSettings } from './broker-settings.ts';
import { freePort } from './free-port.ts';
import { classArchive } from './native-parts.mjs';
import type { NativeParts } from './native-parts.mjs';
import { openNativeServer } from './native-server.ts';
import type { NativeServer } from './native-server.ts';
import { requireNativeParts } from './require-native-parts.ts';

/** A broker's place among the brokers of a cluster, each of which is a controller, too. */
export type ClusterMember = {
  /** 1 for the first. */
  nodeId: number;
  /** Of all members, in the order of their ids. */
  controllerPorts: readonly number[];
};

export type KafkaOptions = {
  /** Where its configuration, log and data live; data that is there already is kept. */
  dir: string;
  port: number;
  /** The port of 127.0.0.1 that clients are told to use, where something stands between; `port` unless told. */
  advertisedPort?: number;
  /** Alone unless told. */
  member?: ClusterMember;
  /** Settings beside `brokerSettings`, or instead of some of them. */
  settings?: Readonly<Record<string, string>>;
  /**
   * Whether Java optimises what runs often: half as much CPU again for the first half-minute, less for each record after
   * it. False unless told.
   */
  optimises?: boolean;
};

export type NativeKafka = NativeServer & { readonly brokers: string[] };

const loggingFile = join(import.meta.dirname, 'kafka', 'log4j2.xml');

/** Starts a broker (KRaft, broker and controller in one process) on 127.0.0.1 and waits until it answers. */
export async function startKafka(options: KafkaOptions): Promise<NativeKafka> {
  const { dir, port } = options;
  const parts = requireNativeParts();
  const { java, kafkaLibs, kafkaFormatted } = parts;
  const member = options.member ?? { nodeId: 1, controllerPorts: [await freePort()] };
  const data = join(dir, 'data');
  mkdirSync(data, { recursive: true });
  if (!existsSync(join(data, 'meta.properties'))) {
    // A formatted storage is two small files that name no folder and no port, so every broker can begin with a copy.
    cpSync(kafkaFormatted, data, { recursive: true });
    if (member.nodeId !== 1) takeIdentity(join(data, 'meta.properties'), member.nodeId);
  }
  // Reads as it did when the classes were archived.
  rmSync(join(dir, 'libs'), { force: true });
  symlinkSync(kafkaLibs, join(dir, 'libs'));
  const configFile = join(dir, 'server.properties');
  // Java reads properties and arguments in encodings of its own: paths stay relative, so that none of a checkout's
  // parent folders is in them.
  writeFileSync(configFile, brokerProperties({ ...options, data: relative(dir, data), member }));
  const brokers = [`127.0.0.1:${port}`];
  const server = await openNativeServer({
    name: 'Kafka',
    port,
    process: {
      command: java,
      args: [
        ...brokerHeap,
        ...(options.optimises === true ? [] : ['-XX:TieredStopAtLevel=1']),
        ...archivedClasses(parts, dir),
        '-XX:+ExitOnOutOfMemoryError',
        `-Dlog4j2.configurationFile=${relative(dir, loggingFile)}`,
        '-cp',
        'libs/*',
        'kafka.Kafka',
        relative(dir, configFile),
      ],
      cwd: dir,
      logFile: join(dir, 'kafka.log'),
    },
    untilReady: (signal) => untilKafkaAnswers(brokers, signal),
  });
  return Object.assign(server, { brokers });
}

/** A Java that cannot use the archive says so in the broker's log and loads the classes from the jars. */
function archivedClasses(parts: NativeParts, dir: string): string[] {
  const archive = classArchive(parts);
  const size = statSync(archive, { throwIfNoEntry: false })?.size ?? 0;
  return size === 0 ? [] : [`-XX:SharedArchiveFile=${relative(dir, archive)}`];
}

/** The copied storage is that of node 1; two brokers of a cluster must not share an identity. */
function takeIdentity(metaFile: string, nodeId: number): void {
  const meta = readFileSync(metaFile, 'utf8')
    .replace(/^node\.id=.*$/m, `node.id=${nodeId}`)
    .replace(/^directory\.id=.*$/m, `directory.id=${randomBytes(16).toString('base64url')}`);
  writeFileSync(metaFile, meta);
}

type BrokerPropertiesOptions = Pick<KafkaOptions, 'port' | 'advertisedPort' | 'settings'> & {
  data: string;
  member: ClusterMember;
};

function brokerProperties({ data, port, advertisedPort = port, member, settings }: BrokerPropertiesOptions): string {
  const { nodeId, controllerPorts } = member;
  const voters = controllerPorts.map((controllerPort, place) => `${place + 1}@127.0.0.1:${controllerPort}`);
  return [
    'process.roles=broker,controller',
    `node.id=${nodeId}`,
    `controller.quorum.voters=${voters.join(',')}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPorts[nodeId - 1]}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${advertisedPort}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${data}`,
    ...Object.entries({ ...brokerSettings, ...settings }).map(([name, value]) => `${name}=${value}`),
    '',
  ].join('\n');
}
