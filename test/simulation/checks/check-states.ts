import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import type { MemoryPartitionStore } from '../../support/memory-partition-store.ts';
import type { SimulatedServer } from '../redis/simulated-server.ts';
import { KEYSPACE } from '../settings.ts';
import { readTexts } from './read-server.ts';

/** Tells what a partition holds otherwise than it would had nothing gone wrong: states to the byte, wheel, bands, hours. */
export function differencesOfStates(
  server: SimulatedServer,
  undisturbed: Pick<MemoryPartitionStore, 'dump'>,
  partition: number,
): string[] {
  const keys = partitionKeys(KEYSPACE, partition);
  const { states, wheel, bands, qualityHours } = undisturbed.dump(partition);
  const differences: string[] = [];

  function compare(what: string, found: readonly (string | undefined)[], expected: readonly string[]): void {
    if (found.length === expected.length && found.every((text, i) => text === expected[i])) return;
    differences.push(`at the end partition ${partition} has ${what} that differ from those of an undisturbed run`);
  }

  const ids = Object.keys(states);
  if (ids.length > 0)
    compare('states', readTexts(server, ['MGET', ...ids.map(keys.state)]), Object.values(states).map(fromHex));
  const stored = Object.keys(server.dump()).filter((key) => key.startsWith(keys.state('')));
  if (stored.length !== ids.length)
    differences.push(`partition ${partition} holds ${stored.length} subscribers, not ${ids.length}`);
  for (const [slot, members] of Object.entries(wheel)) {
    compare(`members of slot ${slot}`, readTexts(server, ['LRANGE', keys.wheelSlot(Number(slot)), 0, -1]), members);
  }
  for (const band of ['high', 'medium'] as const) {
    compare(`members of the ${band} band`, readTexts(server, ['ZRANGEBYLEX', keys.band(band), '-', '+']), bands[band]);
  }
  const places = Object.keys(qualityHours).map(Number);
  if (places.length > 0) {
    const hours = readTexts(server, ['MGET', ...places.map(keys.qualityHour)]);
    compare('hours of scores', hours, Object.values(qualityHours).map(fromHex));
  }
  return differences;
}

function fromHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1');
}
