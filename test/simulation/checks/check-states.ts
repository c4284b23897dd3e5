import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import type { SimulatedServer } from '../redis/simulated-server.ts';
import { KEYSPACE } from '../settings.ts';
import type { HeldState } from './held-state.ts';
import { readTexts } from './read-server.ts';

/**
 * Tells what a partition holds otherwise than expected: states to the byte, wheel, bands, hours.
 *
 * @param later what it will hold one day: of that nothing may be there before its time.
 */
export function differencesOfStates(
  server: SimulatedServer,
  partition: number,
  { expected, later }: { readonly expected: HeldState; readonly later: HeldState },
): string[] {
  const keys = partitionKeys(KEYSPACE, partition);
  const differences: string[] = [];

  type Texts = readonly (string | undefined)[];
  function compare(what: string, found: Texts, wanted: Texts): void {
    if (found.length !== wanted.length || found.some((text, i) => text !== wanted[i])) differences.push(what);
  }

  const ids = [...later.states.keys()];
  if (ids.length > 0) {
    const states = readTexts(server, ['MGET', ...ids.map(keys.state)]);
    compare(
      'states',
      states,
      ids.map((id) => expected.states.get(id)),
    );
  }
  for (const slot of later.wheel.keys()) {
    const members = readTexts(server, ['LRANGE', keys.wheelSlot(slot), 0, -1]);
    compare(`members of slot ${slot}`, members, expected.wheel.get(slot) ?? []);
  }
  for (const band of ['high', 'medium'] as const) {
    const members = readTexts(server, ['ZRANGEBYLEX', keys.band(band), '-', '+']);
    compare(`members of the ${band} band`, members, [...expected.bands[band]].toSorted());
  }
  const places = [...later.qualityHours.keys()];
  if (places.length > 0) {
    const hours = readTexts(server, ['MGET', ...places.map(keys.qualityHour)]);
    compare(
      'hours of scores',
      hours,
      places.map((place) => expected.qualityHours.get(place)),
    );
  }
  return differences;
}

/** Tells what a partition holds beyond what is expected, given all keys of the server. */
export function strangersAmong(stored: readonly string[], partition: number, expected: HeldState): string[] {
  const keys = partitionKeys(KEYSPACE, partition);
  const kinds = [
    ['subscribers', keys.state(''), expected.states],
    ['slots', keys.wheelSlot(0).slice(0, -1), expected.wheel],
    ['hours of scores', keys.qualityHour(0).slice(0, -1), expected.qualityHours],
  ] as const;
  return kinds.flatMap(([what, prefix, { size }]) => {
    const count = stored.filter((key) => key.startsWith(prefix)).length;
    return count === size ? [] : [`${count} ${what}, not ${size}`];
  });
}
