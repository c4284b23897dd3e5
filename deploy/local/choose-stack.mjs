/**
 * How Kafka and Redis are had: `native` processes of this machine, `docker` containers, or `external` services by URL.
 *
 * @typedef {'native' | 'docker' | 'external'} StackMode
 *
 * @typedef {object} Surroundings
 * @property {string | undefined} forced the value of CHURN_STACK
 * @property {string | undefined} brokers the value of CHURN_KAFKA_BROKERS
 * @property {string | undefined} redisUrl the value of CHURN_REDIS_URL
 * @property {boolean} engineAnswers whether a container engine with compose answers
 *
 * @typedef {{ ok: true, mode: StackMode, fallback?: StackMode } | { ok: false, message: string }} StackChoice
 */
const modes = /** @type {const} */ (['native', 'docker', 'external']);

/**
 * @param {string} value
 * @returns {value is StackMode}
 */
export function isStackMode(value) {
  return modes.some((mode) => mode === value);
}

/**
 * Chooses the way; a forced way has no fallback.
 *
 * @param {Surroundings} surroundings
 * @returns {StackChoice}
 */
export function chooseStack({ forced = '', brokers = '', redisUrl = '', engineAnswers }) {
  if (forced === '')
    return engineAnswers ? { ok: true, mode: 'docker', fallback: 'native' } : { ok: true, mode: 'native' };
  if (!isStackMode(forced)) {
    return { ok: false, message: `CHURN_STACK=${forced} is not known: use ${modes.join(', ')} or leave it out.` };
  }
  if (forced === 'docker' && !engineAnswers) {
    return { ok: false, message: 'CHURN_STACK=docker, but no container engine with "docker compose" answers.' };
  }
  if (forced === 'external' && (brokers === '' || redisUrl === '')) {
    return {
      ok: false,
      message:
        'CHURN_STACK=external needs CHURN_KAFKA_BROKERS (host:port, several by comma) and CHURN_REDIS_URL (redis://host:port).',
    };
  }
  return { ok: true, mode: forced };
}
