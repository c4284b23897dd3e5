import type { ScenarioSize } from './scenario.ts';

/**
 * What took longer than is promised, in words. Only full runs are judged by it: how fast the machine is on which the
 * tests run, and what else it does, nobody knows. Small ones measure.
 */
export function tooLong(size: ScenarioSize, what: string, tookMs: number, withinMs: number): string[] {
  return size === 'small' || tookMs < withinMs ? [] : [`${what} took ${Math.round(tookMs)} ms`];
}
