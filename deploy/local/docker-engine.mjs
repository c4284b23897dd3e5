import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { onPath } from './native-parts.mjs';
import { runCommand } from './run-command.mjs';

const defaultSocket = '/var/run/docker.sock';
const answerWithinMs = 4000;

/**
 * Whether a container engine with compose answers. Quick and quiet where there is none: the client is asked only if
 * there is a sign of an engine (a socket that can be connected to, an address, or a context of the client's own).
 */
export async function dockerEngineAnswers() {
  if (onPath('docker').length === 0) return false;
  const elsewhere = (process.env['DOCKER_HOST'] ?? '') !== '' || existsSync(join(homedir(), '.docker', 'contexts'));
  if (!elsewhere && !(await accepts(defaultSocket))) return false;
  const answers = await Promise.all([
    runCommand('docker', ['version', '--format', '{{.Server.Version}}'], { timeoutMs: answerWithinMs }),
    runCommand('docker', ['compose', 'version'], { timeoutMs: answerWithinMs }),
  ]);
  return answers.every(({ code }) => code === 0);
}

/**
 * @param {string} path of a Unix socket
 * @returns {Promise<boolean>}
 */
function accepts(path) {
  return new Promise((resolve) => {
    const socket = connect(path);
    /** @param {boolean} accepted */
    const finish = (accepted) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => {
      finish(true);
    });
    socket.once('error', () => {
      finish(false);
    });
    socket.setTimeout(answerWithinMs, () => {
      finish(false);
    });
  });
}
