import { integerBetween, logNormal, runningTotals } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { createLine } from '../world/line.ts';
import type { Line } from '../world/line.ts';
import type { Circle } from './subscriber.ts';

/** The lines of an area, our own and the rivals'. */
export interface Neighbourhood {
  readonly own: readonly Line[];
  readonly rival: readonly Line[];
}

export interface Surroundings {
  readonly unit: readonly Line[];
  readonly isHousehold: boolean;
  readonly crew: readonly Line[];
  readonly neighbourhood: Neighbourhood;
}

/** Numbers without a person behind them have no pseudonym. */
const SERVICE_LINES: readonly Line[] = [
  createLine('', 'own', 'service'),
  createLine('', 'own', 'free'),
  createLine('', 'telecom', 'service'),
];

/** Draws whom a subscriber talks to: household or office first, then crew, neighbours, people at rivals, services. */
export function drawCircle(random: Random, surroundings: Surroundings): Circle {
  const { unit, isHousehold, crew, neighbourhood } = surroundings;
  const weights = new Map<Line, number>();
  const add = (lines: readonly Line[], closeness: number): void => {
    for (const line of lines) weights.set(line, (weights.get(line) ?? 0) + logNormal(random, closeness, 0.8));
  };
  add(unit.slice(0, 8), isHousehold ? 4 : 1.2);
  add(crew.slice(0, 6), 1);
  add(draw(random, neighbourhood.own, integerBetween(random, 2, 5)), 0.7);
  add(draw(random, neighbourhood.rival, integerBetween(random, 4, 9)), 0.8);
  add(SERVICE_LINES, 0.12);
  return createCircle([...weights.keys()], [...weights.values()]);
}

export function createCircle(lines: readonly Line[], weights: readonly number[]): Circle {
  return { lines, totals: Float64Array.from(runningTotals(weights)) };
}

function draw(random: Random, lines: readonly Line[], count: number): readonly Line[] {
  return Array.from({ length: Math.min(count, lines.length) }, () =>
    integerBetween(random, 0, lines.length - 1),
  ).flatMap((index) => lines.slice(index, index + 1));
}
