/**
 * Writes what the containers share in secret, as files for `node --env-file`: the pseudonym secret into one folder, the
 * hashes of the API keys into another. What the environment does not give is made by chance at the first start and kept.
 * The key that goes with a hash made here stands in `api-key` beside it.
 *
 *   make-credentials.ts PSEUDONYM_FOLDER API_KEY_FOLDER
 */
import { configOrExit } from '../../services/platform/config/config-or-exit.ts';
import { readCredentialVariables } from './config.ts';
import { makeCredentials } from './credentials.ts';

const [pseudonym = '', apiKeys = ''] = process.argv.slice(2);
const outcome = makeCredentials({ pseudonym, apiKeys }, configOrExit('make-credentials', readCredentialVariables()));
if (outcome.ok) {
  process.stdout.write(`${outcome.message}\n`);
} else {
  process.stderr.write(`${outcome.message}\n`);
  process.exitCode = 1;
}
