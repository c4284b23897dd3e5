import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, succeeded } from './run-command.mjs';

/** @typedef {{ ok: true } | { ok: false, message: string }} Prepared */

/** What the local stack takes of docker-compose.yml. */
export const stackServices = /** @type {const} */ (['kafka', 'redis']);

const pullWithinMs = 15 * 60_000;

/**
 * Makes sure that the engine has the images of the local stack. Images that could not be pulled are remembered, so
 * that a machine without a registry does not wait for it at each start.
 *
 * @param {string} root
 * @param {import('./progress.mjs').Progress} progress
 * @param {{ askAgain: boolean }} options askAgain: try to pull images that could not be had before
 * @returns {Promise<Prepared>}
 */
export async function prepareDocker(root, progress, { askAgain }) {
  const composeFile = join(root, 'docker-compose.yml');
  const ask = ['compose', '-f', composeFile, 'config', '--images', ...stackServices];
  const config = await runCommand('docker', ask, { cwd: root });
  if (config.code !== 0) return { ok: false, message: `docker compose cannot read ${composeFile}:\n${config.output}` };
  const images = config.output.split('\n').filter((line) => line !== '');

  const refusedPath = join(root, '.local', 'images-not-had');
  const refused = existsSync(refusedPath) ? readFileSync(refusedPath, 'utf8').split('\n') : [];
  for (const image of images) {
    if ((await runCommand('docker', ['image', 'inspect', image])).code === 0) continue;
    if (!askAgain && refused.includes(image))
      return { ok: false, message: `the image ${image} could not be pulled earlier` };
    const pulled = await progress.step(
      `pulling ${image}`,
      (detail) => runCommand('docker', ['pull', image], { onLine: detail, timeoutMs: pullWithinMs }),
      succeeded,
    );
    if (pulled.code !== 0) {
      mkdirSync(join(root, '.local'), { recursive: true });
      writeFileSync(refusedPath, [...refused, image].join('\n'));
      return { ok: false, message: `the image ${image} cannot be pulled: ${pulled.output.split('\n').at(-1) ?? ''}` };
    }
  }
  return { ok: true };
}
