import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { untilKafkaAnswers } from './await-ready.ts';
import { brokerHeap, brokerSettings } from './broker-settings.ts';
import { freePort } from './free-port.ts';
import { openNativeServer } from './native-server.ts';
import type { NativeServer } from './native-server.ts';
import { requireNativeParts } from './require-native-parts.ts';

export type KafkaOptions = {
  /** Where its configuration, log and data live; data that is there already is kept. */
  dir: string;
  port: number;
};

export type NativeKafka = NativeServer & { readonly brokers: string[] };

const loggingFile = join(import.meta.dirname, 'kafka', 'log4j2.xml');

/** Starts a broker (KRaft, broker and controller in one process) on 127.0.0.1 and waits until it answers. */
export async function startKafka({ dir, port }: KafkaOptions): Promise<NativeKafka> {
  const { java, kafkaLibs, kafkaFormatted } = requireNativeParts();
  const data = join(dir, 'data');
  mkdirSync(data, { recursive: true });
  // A formatted storage is two small files that name no folder and no port, so every broker can begin with a copy.
  if (!existsSync(join(data, 'meta.properties'))) cpSync(kafkaFormatted, data, { recursive: true });
  const configFile = join(dir, 'server.properties');
  // Java reads properties and arguments in encodings of its own: paths stay relative, so that none of a checkout's
  // parent folders is in them.
  writeFileSync(configFile, brokerProperties({ data: relative(dir, data), port, controllerPort: await freePort() }));
  const brokers = [`127.0.0.1:${port}`];
  const server = await openNativeServer({
    name: 'Kafka',
    port,
    process: {
      command: java,
      args: [
        ...brokerHeap,
        '-XX:+ExitOnOutOfMemoryError',
        `-Dlog4j2.configurationFile=${relative(dir, loggingFile)}`,
        '-cp',
        relative(dir, join(kafkaLibs, '*')),
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

function brokerProperties({
  data,
  port,
  controllerPort,
}: {
  data: string;
  port: number;
  controllerPort: number;
}): string {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${data}`,
    ...Object.entries(brokerSettings).map(([name, value]) => `${name}=${value}`),
    '',
  ].join('\n');
}
