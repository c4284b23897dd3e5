import type { CellLocation } from '../../core/events/common.ts';
import type { LocalDay } from '../calendar.ts';
import { HOUR_MS } from '../calendar.ts';
import type { Subscriber } from '../population/subscriber.ts';
import { chance, pick } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import type { Trip } from './draw-trip.ts';

const USUAL_CELL_SHARE = 0.8;

export function isAway(trip: Trip | undefined, day: LocalDay): boolean {
  return trip !== undefined && day.index >= trip.firstDay && day.index <= trip.lastDay;
}

/** Work from 9 to 18 o'clock on workdays, home otherwise, mostly in the usual cell; abroad while on a trip. */
export function whereAt(
  random: Random,
  { places }: Subscriber,
  trip: Trip | undefined,
  day: LocalDay,
  atMs: number,
): CellLocation {
  if (trip !== undefined && isAway(trip, day)) {
    return {
      cellId: `${trip.roamingArea}-cell`,
      areaId: trip.roamingArea,
      plmnId: '99901',
      roamingArea: trip.roamingArea,
    };
  }
  const hour = (atMs - day.startMs) / HOUR_MS;
  const cells = day.kind === 'workday' && hour >= 9 && hour < 18 ? places.work : places.home;
  return chance(random, USUAL_CELL_SHARE) ? cells[0] : pick(random, cells);
}
