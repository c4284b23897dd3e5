import { imbalancesOf } from './books.ts';
import type { Books } from './books.ts';
import { count } from './live-line.ts';

export interface Summary extends Books {
  readonly eventsPerSecond: number;
  readonly balanced: boolean;
}

export function toSummary(books: Books, eventsPerSecond: number): Summary {
  return { ...books, eventsPerSecond: Math.round(eventsPerSecond), balanced: imbalancesOf(books).length === 0 };
}

/** The books as a table, each line with the part that counted. */
export function formatSummary(summary: Summary): string {
  const rows: readonly (readonly [label: string, value: number, source: string])[] = [
    ['events fed', summary.eventsFed, 'feeder'],
    ['  rejected', summary.rejected, 'intake, into a file'],
    ['events sent', summary.eventsSent, 'intake'],
    ['  folded', summary.folded, 'scorers, in their commits'],
    ['  duplicates', summary.duplicates, 'scorers'],
    ['  late', summary.late, 'scorers'],
    ['  parked', summary.parked, 'scorers'],
    ['late and parked', summary.deadLetters, 'dead-letter topic, by origin'],
    ['subscribers', summary.subscribers, 'scorers'],
    ['scored', summary.scored, 'scorers'],
    ['episodes of high risk', summary.episodes, 'scorers'],
    ['alerts', summary.alerts, 'alert topic, by id'],
    ['work orders', summary.workOrdersOnTopic, 'work-order topic, by id'],
    ['work orders', summary.workOrdersOverHttp, 'HTTP'],
    ['events per second', summary.eventsPerSecond, 'first to last commit'],
  ];
  const lines = rows.map(([label, value, source]) => `  ${label.padEnd(24)}${count(value).padStart(12)}   ${source}`);
  const imbalances = imbalancesOf(summary);
  const verdict =
    imbalances.length === 0
      ? ['  The books balance.']
      : ['  THE BOOKS DO NOT BALANCE:', ...imbalances.map((imbalance) => `    ${imbalance}`)];
  return [...lines, '', ...verdict].join('\n');
}
