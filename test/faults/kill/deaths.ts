import type { KillPoint } from './points/kill-points.ts';

/** Kills that took place, by where. */
export interface Deaths {
  note(where: KillPoint | 'from outside'): void;
  /** A process did not come to the point to die at. */
  noteMiss(): void;
  misses(): number;
  total(): number;
  /** Says so where fewer died than planned; none where all did. */
  missingOf(planned: number): readonly string[];
  /** As a scenario tells what was injected. */
  injected(service: string): Readonly<Record<string, number>>;
}

export function createDeaths(): Deaths {
  const counts = new Map<string, number>();
  let misses = 0;
  const total = (): number => [...counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    note(where) {
      counts.set(where, (counts.get(where) ?? 0) + 1);
    },
    noteMiss() {
      misses += 1;
    },
    misses: () => misses,
    total,
    missingOf: (planned) =>
      total() === planned ? [] : [`${planned - total()} of ${planned} processes never came to the point to die at`],
    injected: (service) =>
      Object.fromEntries(
        [...counts]
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([where, count]) => [
            where === 'from outside' ? `kill -9 of ${service}, any moment` : `kill -9 of ${service}, ${where}`,
            count,
          ]),
      ),
  };
}
