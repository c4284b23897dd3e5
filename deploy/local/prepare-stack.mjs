import { chooseStack } from './choose-stack.mjs';
import { dockerEngineAnswers } from './docker-engine.mjs';
import { prepareDocker } from './prepare-docker.mjs';
import { prepareNative } from './prepare-native.mjs';

/**
 * Chooses how Kafka and Redis are had, and fetches what that way needs.
 *
 * @param {string} root
 * @param {import('./progress.mjs').Progress} progress
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ ok: true, mode: import('./choose-stack.mjs').StackMode } | { ok: false, message: string }>}
 */
export async function prepareStack(root, progress, env) {
  const forced = env['CHURN_STACK'];
  const engineMatters = forced === undefined || forced === '' || forced === 'docker';
  const choice = chooseStack({
    forced,
    brokers: env['CHURN_KAFKA_BROKERS'],
    redisUrl: env['CHURN_REDIS_URL'],
    engineAnswers: engineMatters && (await dockerEngineAnswers()),
  });
  if (!choice.ok) return choice;
  if (choice.mode === 'external') return { ok: true, mode: 'external' };
  if (choice.mode === 'docker') {
    const docker = await prepareDocker(root, progress, { askAgain: choice.fallback === undefined });
    if (docker.ok) return { ok: true, mode: 'docker' };
    if (choice.fallback === undefined) return docker;
    progress.note(`${docker.message}: going on without containers (CHURN_STACK=docker tries again)`);
  }
  const native = await prepareNative(root, progress);
  return native.ok ? { ok: true, mode: 'native' } : native;
}
