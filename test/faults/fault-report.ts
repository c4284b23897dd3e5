import type { ScenarioResult } from './scenario.ts';
import { brokenBy } from './scenario.ts';

/** What became of one scenario. */
export type ScenarioOutcome = { readonly name: string; readonly promise: string; readonly seconds: number } & (
  | { readonly type: 'ran'; readonly result: ScenarioResult }
  | { readonly type: 'not run'; readonly reason: string }
  /** It threw: whether the promise holds was not found out. */
  | { readonly type: 'failed'; readonly reason: string }
);

export function isKeptOutcome(outcome: ScenarioOutcome): boolean {
  return outcome.type === 'ran' && brokenBy(outcome.result).length === 0;
}

const COLUMNS = ['fault', 'injected', 'compared', 'lost', 'doubled', 'invented', 'seconds', ''] as const;

/** A table for people; what broke a promise stands below its row. */
export function formatFaults(outcomes: readonly ScenarioOutcome[]): string {
  const rows = outcomes.map(toRow);
  const widths = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, i) => (i < 3 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}`.trimEnd();
  const lines = outcomes.flatMap((outcome, i) => [
    line(rows[i] ?? []),
    ...reasonsOf(outcome).map((why) => `      ${why}`),
  ]);
  return [line(COLUMNS), ...lines, '', `  ${summaryOf(outcomes)}`].join('\n');
}

function toRow(outcome: ScenarioOutcome): string[] {
  const seconds = outcome.seconds.toFixed(0);
  if (outcome.type !== 'ran') return [outcome.name, '–', '–', '–', '–', '–', seconds, outcome.type];
  const { injected, compared, lost, doubled, invented } = outcome.result;
  return [
    outcome.name,
    countsText(injected),
    countsText(compared),
    String(lost),
    String(doubled),
    String(invented),
    seconds,
    isKeptOutcome(outcome) ? 'kept' : 'BROKEN',
  ];
}

function reasonsOf(outcome: ScenarioOutcome): readonly string[] {
  return outcome.type === 'ran' ? brokenBy(outcome.result) : [outcome.reason];
}

function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => `${count.toLocaleString('en')} ${what}`)
    .join(', ');
}

function summaryOf(outcomes: readonly ScenarioOutcome[]): string {
  const kept = outcomes.filter(isKeptOutcome).length;
  const notRun = outcomes.filter(({ type }) => type === 'not run').length;
  const minutes = outcomes.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const rest = notRun === 0 ? '' : `, ${notRun} not run`;
  return `${kept} of ${outcomes.length} kept, ${outcomes.length - kept - notRun} not kept${rest}; ${minutes.toFixed(1)} minutes`;
}
