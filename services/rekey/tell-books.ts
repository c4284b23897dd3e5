import type { RekeyBooks } from './examine.ts';
import type { ReadNumbers } from './read-numbers.ts';
import type { Totals } from './survey.ts';

const NAMES: Readonly<Record<keyof Totals, string>> = {
  subscribers: 'subscribers',
  withoutState: 'without a state',
  scored: 'scored ones',
  inBandHigh: 'in band high',
  inBandMedium: 'in band medium',
  episodes: 'episodes',
  openEpisodes: 'open episodes',
  orders: 'work orders',
  openOrders: 'open work orders',
  episodesOfOrders: 'episodes with an order',
};
const ROWS = [
  'subscribers',
  'withoutState',
  'scored',
  'inBandHigh',
  'inBandMedium',
  'episodes',
  'openEpisodes',
  'orders',
  'openOrders',
  'episodesOfOrders',
] as const;

/** The books for people: what was there, what is there now, and who changed names. */
export function bookLines({ read, repeated }: ReadNumbers, books: RekeyBooks): string[] {
  const { membership, before, after, slotsApart } = books;
  const line = (name: string, ...counts: readonly (number | undefined)[]): string =>
    `  ${name.padEnd(26)}${counts.map((count) => (count?.toLocaleString('en') ?? '').padStart(14)).join('')}`;
  return [
    line('numbers on the list', read),
    line('  repeated', repeated),
    line('subscribers renamed', membership.moved),
    line('  not on the list', membership.unlisted),
    line('  not of the old key', membership.unchanged),
    ...(membership.collisions === 0 ? [] : [line('  under an id that is taken', membership.collisions)]),
    ...(slotsApart === 0 ? [] : [line('minutes between partitions', slotsApart * 5)]),
    `${' '.repeat(36)}before${after === undefined ? '' : '         after'}`,
    ...ROWS.map((row) => line(NAMES[row], before[row], after?.[row])),
  ];
}
