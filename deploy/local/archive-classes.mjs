import { cpSync, existsSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { classArchive } from './native-parts.mjs';
import { runCommand } from './run-command.mjs';

/** @typedef {import('./native-parts.mjs').NativeParts} NativeParts */

// What the broker says when it serves; log4j2.xml lets it through.
const hasStarted = /Kafka Server started/;
const withinMs = 120_000;

/**
 * Starts a broker once and has Java keep the classes that it loaded, parsed and checked: those that start from them take
 * a third less time, and half the CPU. Java versions have archives of their own; one that writes none is not asked again.
 *
 * @param {string} root
 * @param {NativeParts} parts
 * @param {import('./progress.mjs').Progress} progress
 */
export async function archiveClasses(root, parts, progress) {
  const archive = classArchive(parts);
  if (existsSync(archive)) return;
  const folder = mkdtempSync(join(dirname(parts.kafkaLibs), 'archiving-'));
  try {
    await progress.step(
      'keeping its classes for faster starts',
      () => runOnce(root, parts, folder),
      (done) => done,
    );
    if (existsSync(join(folder, 'classes.jsa'))) renameSync(join(folder, 'classes.jsa'), archive);
    else writeFileSync(archive, '');
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/**
 * @param {string} root
 * @param {NativeParts} parts
 * @param {string} folder
 * @returns {Promise<boolean>} whether the broker came up
 */
async function runOnce(root, { java, kafkaLibs, kafkaFormatted }, folder) {
  cpSync(kafkaFormatted, join(folder, 'data'), { recursive: true });
  // An archive holds for the class path by which it was made, so each broker has one that reads the same.
  symlinkSync(kafkaLibs, join(folder, 'libs'));
  writeFileSync(join(folder, 'server.properties'), brokerProperties(await freePort(), await freePort()));
  let started = false;
  const logging = join(root, 'deploy', 'local', 'kafka', 'log4j2.xml');
  await runCommand(
    java,
    [
      '-Xmx256m',
      '-XX:ArchiveClassesAtExit=classes.jsa',
      `-Dlog4j2.configurationFile=${relative(folder, logging)}`,
      '-cp',
      'libs/*',
      'kafka.Kafka',
      'server.properties',
    ],
    {
      cwd: folder,
      timeoutMs: withinMs,
      onLine(line, end) {
        if (!hasStarted.test(line)) return;
        started = true;
        end();
      },
    },
  );
  return started;
}

/**
 * @param {number} port
 * @param {number} controllerPort
 */
function brokerProperties(port, controllerPort) {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names=CONTROLLER',
    'log.dirs=data',
    '',
  ].join('\n');
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}
