import { dockerEngineAnswers } from '../../deploy/local/docker-engine.mjs';

/** Why tests that build images and run them cannot run here; false where they can. */
export async function whyNoContainers(): Promise<string | false> {
  if (process.env['CHURN_STACK'] === 'native') return 'CHURN_STACK=native asks for no containers';
  return (await dockerEngineAnswers()) ? false : 'no container engine with "docker compose" answers';
}

/** What a command that asks the engine inherits. */
export function readEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
