import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { awaitPart } from '../process/await-part.ts';
import type { Part } from '../process/part-board.ts';
import { StartRefusal } from '../process/start-refusal.ts';
import { RefusedBundleError, reasonOf } from './misfit.ts';
import { openRiskModel } from './risk-model.ts';
import type { LoadedRiskModel } from './risk-model.ts';

/** Whoever copies a bundle writes this file last: without it the bundle is not there yet. */
const SUMS = 'SHA256SUMS';
/** The golden cases run at start, on a machine that may be busy. */
const ATTEMPT_WITHIN_MS = 60_000;

/**
 * Waits for a model bundle: a volume may be mounted, or filled, after the process starts. A bundle that is there and does
 * not fit is wrong for good.
 *
 * @throws StartRefusal that names every misfit.
 */
export async function awaitModel(directory: string, part: Part, signal: AbortSignal): Promise<LoadedRiskModel> {
  return awaitPart({
    part,
    open: () => openWhereThere(directory),
    causeOf: reasonOf,
    signal,
    attemptWithinMs: ATTEMPT_WITHIN_MS,
  });
}

async function openWhereThere(directory: string): Promise<LoadedRiskModel> {
  try {
    await access(join(directory, SUMS));
  } catch (error) {
    throw new Error(`there is no ${SUMS} in ${directory}, which CHURN_MODEL_DIRECTORY names`, { cause: error });
  }
  try {
    return await openRiskModel(directory);
  } catch (error) {
    if (error instanceof RefusedBundleError) {
      const misfits = error.misfits.map(
        ({ where, expected, found }) => `${where}: expected ${expected}, found ${found}`,
      );
      throw new StartRefusal(`the model bundle ${directory} is refused`, misfits);
    }
    throw new StartRefusal('the model is refused', [reasonOf(error)]);
  }
}
