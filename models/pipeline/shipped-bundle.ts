import { join } from 'node:path';
import { Type } from 'typebox';
import { parseEnvironment } from '../../services/platform/config/parse-environment.ts';
import { serviceVariables } from '../../services/platform/config/shared-variables.ts';

const { CHURN_MODEL_DIRECTORY } = serviceVariables;

/** The bundle that services take where nobody names another: their default is the one place that says which. */
export function shippedBundle(root: string): string {
  const parsed = parseEnvironment(Type.Object({ CHURN_MODEL_DIRECTORY }), {});
  if (!parsed.ok) throw new Error(parsed.mistakes.join('\n'));
  return join(root, parsed.value.CHURN_MODEL_DIRECTORY);
}
