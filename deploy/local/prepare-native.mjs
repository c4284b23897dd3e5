import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { installAptPackages, lastLines } from './apt-packages.mjs';
import { archiveClasses } from './archive-classes.mjs';
import {
  brokerIsReady,
  brokerRecipe,
  findJava,
  findRedisServer,
  kafkaFolders,
  onPath,
  readNativeParts,
  writeNativeParts,
} from './native-parts.mjs';
import { runCommand, succeeded } from './run-command.mjs';

/**
 * @typedef {import('./progress.mjs').Progress} Progress
 * @typedef {import('./native-parts.mjs').NativeParts} NativeParts
 * @typedef {{ ok: true, parts: NativeParts } | { ok: false, message: string }} NativePrepared
 */
const clusterId = 'Y2h1cm4td2FybmluZy0wMA';

/**
 * Makes sure that redis-server, Java and the broker's jars are there: from Debian's packages where there is apt and the
 * right to use it, the jars by Maven. Changes nothing if all is there.
 *
 * @param {string} root
 * @param {Progress} progress
 * @returns {Promise<NativePrepared>}
 */
export async function prepareNative(root, progress) {
  const known = readNativeParts(root);
  if (known !== undefined) {
    await archiveClasses(root, known, progress);
    return { ok: true, parts: known };
  }

  let problem = await installMissingPackages(root, progress);
  const [redis, java] = await Promise.all([findRedisServer(), findJava()]);
  if (redis !== undefined && java !== undefined) problem = await prepareBroker(root, java.path, progress);
  if (redis === undefined || java === undefined || problem !== undefined) {
    return { ok: false, message: whatToInstall(redis !== undefined, java !== undefined, problem) };
  }

  const { libs, formatted } = kafkaFolders(root);
  const parts = {
    redisServer: redis.path,
    redisVersion: redis.version,
    java: java.path,
    javaVersion: java.version,
    kafkaLibs: libs,
    kafkaFormatted: formatted,
    kafkaVersion: kafkaVersionOf(libs),
  };
  await archiveClasses(root, parts, progress);
  writeNativeParts(root, parts);
  return { ok: true, parts };
}

/**
 * @param {string} root
 * @param {Progress} progress
 * @returns {Promise<string | undefined>} what went wrong
 */
async function installMissingPackages(root, progress) {
  const [redis, java] = await Promise.all([findRedisServer(), findJava()]);
  const packages = [
    ...(redis === undefined ? ['redis-server'] : []),
    ...(java === undefined ? ['openjdk-17-jre-headless'] : []),
    ...(brokerIsReady(root) || onPath('mvn').length > 0 ? [] : ['maven']),
  ];
  return packages.length === 0 ? undefined : installAptPackages(root, progress, packages);
}

/**
 * Fetches the broker's jars and formats an empty storage once; each broker starts from a copy of it, which saves the JVM
 * that formatting takes.
 *
 * @param {string} root
 * @param {string} java
 * @param {Progress} progress
 * @returns {Promise<string | undefined>} what went wrong
 */
async function prepareBroker(root, java, progress) {
  if (brokerIsReady(root)) return undefined;
  const { folder, libs, formatted, stamp } = kafkaFolders(root);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  const pom = join(root, 'deploy', 'local', 'kafka', 'pom.xml');
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${libs}.new`];
  const fetched = await progress.step(
    'fetching the Kafka broker with Maven',
    (detail) => {
      let files = 0;
      return runCommand('mvn', ['-B', '-f', pom, ...goal], {
        onLine(line) {
          if (/^(\[INFO\] )?Downloaded /.test(line)) detail(`${String(++files)} files`);
        },
      });
    },
    succeeded,
  );
  if (fetched.code !== 0) return `Maven could not fetch the Kafka broker:\n${lastLines(fetched.output)}`;
  renameSync(`${libs}.new`, libs);

  const properties = join(folder, 'format.properties');
  writeFileSync(properties, formatProperties(relative(folder, formatted)));
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', relative(folder, properties)];
  const done = await progress.step(
    'formatting its storage',
    () =>
      runCommand(java, ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', relative(folder, join(libs, '*')), ...tool], {
        cwd: folder,
      }),
    succeeded,
  );
  if (done.code !== 0 || !existsSync(join(formatted, 'meta.properties'))) {
    return `formatting the broker's storage failed:\n${lastLines(done.output)}`;
  }
  writeFileSync(stamp, brokerRecipe(root));
  return undefined;
}

/** @param {string} directory */
function formatProperties(directory) {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    'controller.quorum.voters=1@127.0.0.1:9093',
    'listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093',
    'controller.listener.names=CONTROLLER',
    `log.dirs=${directory}`,
    '',
  ].join('\n');
}

/** @param {string} libs */
function kafkaVersionOf(libs) {
  const jar = readdirSync(libs).find((name) => /^kafka_2\.13-.*\.jar$/.test(name)) ?? '';
  return /-(\d[^-]*)\.jar$/.exec(jar)?.[1] ?? 'unknown';
}

/**
 * @param {boolean} hasRedis
 * @param {boolean} hasJava
 * @param {string | undefined} problem
 */
function whatToInstall(hasRedis, hasJava, problem) {
  const missing = [
    ...(hasRedis ? [] : ['  redis-server 7 or newer   (Debian: apt-get install redis-server)']),
    ...(hasJava ? [] : ['  Java 17 or newer          (Debian: apt-get install openjdk-17-jre-headless)']),
    ...(onPath('mvn').length > 0 ? [] : ['  Maven                     (Debian: apt-get install maven)']),
  ];
  return [
    'the local stack (Kafka and Redis without containers) could not be prepared.',
    ...(problem === undefined ? [] : [problem]),
    ...(missing.length === 0 ? [] : ['Install by hand:', ...missing]),
    'Or use a container engine (CHURN_STACK=docker), or services that run already:',
    '  CHURN_STACK=external CHURN_KAFKA_BROKERS=host:9092 CHURN_REDIS_URL=redis://host:6379',
  ].join('\n');
}
