import type { Installation } from '../../support/installation.ts';
import { startWatched } from '../../support/watched-service.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import { assignmentsOf, refusalsOf } from './log-counts.ts';

/** Scorers of one installation that come and go. */
export interface Crew {
  /** Starts one more, and waits for nothing. */
  join(): Promise<WatchedService>;
  /** How often the group gave any of them partitions, those that have ended included. */
  assignments(): number;
  /** Commits of any of them that were refused because another owned the partition. */
  refusals(): number;
}

export function createCrew(shop: Installation, settings: Readonly<Record<string, string>> = {}): Crew {
  const everyone: WatchedService[] = [];
  const sumOf = (countOf: (service: WatchedService) => number): number =>
    everyone.reduce((sum, service) => sum + countOf(service), 0);
  return {
    async join() {
      const service = await startWatched({
        name: `scorer-${shop.processes.length + 1}`,
        main: 'services/scorer/main.ts',
        settings: { ...shop.settings, ...settings },
        logDirectory: `${shop.directory}/logs`,
      });
      shop.processes.push(service);
      everyone.push(service);
      return service;
    },
    assignments: () => sumOf(assignmentsOf),
    refusals: () => sumOf(refusalsOf),
  };
}
