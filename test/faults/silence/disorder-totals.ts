import type { Installation } from '../../support/installation.ts';
import { countsOf, partitionRecordsOf } from '../../support/installation-state.ts';
import type { RunningService } from '../../support/scorer-process.ts';
import { until } from '../../support/until.ts';
import type { DisorderedLog } from './disordered-log.ts';

function wanted({ done, accepted }: DisorderedLog): Readonly<Record<string, number>> {
  const repeated = Object.entries(done).filter(([what]) => what.startsWith('repeated'));
  return {
    folded: accepted.length,
    duplicates: repeated.reduce((sum, [, count]) => sum + count, 0),
    late: done['too late'],
    parked: 0,
  };
}

/** Books in Redis, and dead letters by reason, against what was delivered. */
export async function wrongTotals(shop: Installation, log: DisorderedLog): Promise<string[]> {
  const { folded, duplicates, late, parked } = await countsOf(shop);
  const found: Record<string, number> = { folded, duplicates, late, parked };
  const parkedLate = (await partitionRecordsOf(shop)).reduce(
    (sum, { parkedByReason }) => sum + (parkedByReason.late ?? 0),
    0,
  );
  return [
    ...notEqual('books', found, wanted(log)),
    ...notEqual('dead letters by reason', { late: parkedLate }, { late: log.done['too late'] }),
  ];
}

/** Adds up what the metrics of processes say that are about to end; waits for the last commit to show. */
export async function untilShown(
  shop: Installation,
  scorers: readonly RunningService[],
  shown: Map<string, number>,
): Promise<void> {
  const { folded, duplicates, late } = await countsOf(shop);
  const sumOf = async (name: string, labels: Record<string, string>): Promise<number> =>
    (await Promise.all(scorers.map((scorer) => scorer.metric(name, labels)))).reduce((sum, value) => sum + value, 0);
  const read = async (): Promise<Record<string, number>> => ({
    folded: await sumOf('churn_events_consumed_total', { result: 'folded' }),
    duplicates: await sumOf('churn_events_consumed_total', { result: 'duplicates' }),
    late: await sumOf('churn_dead_letters_total', { topic: shop.topics.input, reason: 'late' }),
  });
  let last = await read();
  const isWhole = (): boolean =>
    Object.entries({ folded, duplicates, late }).every(
      ([what, count]) => (shown.get(what) ?? 0) + (last[what] ?? 0) === count,
    );
  await until('the metrics show the books', async () => isWhole() || ((last = await read()), isWhole())).catch(
    () => undefined,
  );
  for (const [what, count] of Object.entries(last)) shown.set(what, (shown.get(what) ?? 0) + count);
}

/** Counters of all processes, those killed among them. */
export function wrongMetrics(shown: ReadonlyMap<string, number>, log: DisorderedLog): string[] {
  const { folded = 0, duplicates = 0, late = 0 } = wanted(log);
  return notEqual('metrics of all processes together', Object.fromEntries(shown), { folded, duplicates, late });
}

function notEqual(
  where: string,
  found: Readonly<Record<string, number>>,
  should: Readonly<Record<string, number>>,
): string[] {
  return Object.entries(should).flatMap(([what, count]) =>
    found[what] === count ? [] : [`${where}: ${what} ${found[what] ?? 0}, expected ${count}`],
  );
}
