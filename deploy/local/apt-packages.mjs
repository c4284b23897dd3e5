import { join } from 'node:path';
import { onPath } from './native-parts.mjs';
import { runCommand, succeeded } from './run-command.mjs';

/**
 * Installs Debian packages, as root or with sudo, where there is apt.
 *
 * @param {string} root
 * @param {import('./progress.mjs').Progress} progress
 * @param {string[]} packages
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function installAptPackages(root, progress, packages) {
  if (onPath('apt-get').length === 0) return 'there is no apt-get here to install it with';
  const asRoot = await rootPrefix();
  if (asRoot === undefined) return 'installing it needs root, or sudo without a password';

  const [command = 'sh', ...args] = [...asRoot, 'sh', join(root, 'deploy', 'local', 'apt-install.sh'), ...packages];
  const result = await progress.step(
    `installing ${packages.join(', ')} with apt`,
    (detail) => runCommand(command, args, { onLine: detail }),
    succeeded,
  );
  return result.code === 0 ? undefined : `apt-get failed:\n${lastLines(result.output)}`;
}

/** @returns {Promise<string[] | undefined>} what to put before a command so that root runs it */
async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  const sudo = await runCommand('sudo', ['-n', 'true']);
  return sudo.code === 0 ? ['sudo', '-n'] : undefined;
}

/** @param {string} text */
export function lastLines(text) {
  return text
    .split('\n')
    .slice(-8)
    .map((line) => `  ${line}`)
    .join('\n');
}
