import type { Installation } from '../../support/installation.ts';
import type { ScenarioContext } from '../scenario.ts';
import type { Deaths } from './deaths.ts';
import { startMortal } from './mortal-service.ts';
import type { Fate } from './mortal-service.ts';

/** Fates that may be met by nobody before it is given up. */
const MOST_MISSES = 10;

/**
 * One process after the other, each with the next fate, until none is left. Who never came to its point, for want of
 * work there, is killed without being counted, and another has to meet its fate.
 *
 * @param fates shared by all that die at the same time; taken from its head.
 */
export async function dieInTurn(options: {
  readonly shop: Installation;
  readonly main: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly fates: Fate[];
  readonly deaths: Deaths;
  readonly context: ScenarioContext;
}): Promise<void> {
  const { shop, main, settings, fates, deaths, context } = options;
  for (let fate = fates.shift(); fate !== undefined; fate = fates.shift()) {
    context.signal.throwIfAborted();
    const service = await startMortal(shop, main, { fate, settings });
    const where = await service.died();
    if (where === undefined) {
      deaths.noteMiss();
      if (deaths.misses() <= MOST_MISSES) fates.push(fate);
      continue;
    }
    deaths.note(where);
    context.progress(`${deaths.total()} kills`);
  }
}
