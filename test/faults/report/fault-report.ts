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

/** 0 only if all were tried and kept: what this machine has not the means for was not shown. */
export function exitCodeOf(outcomes: readonly ScenarioOutcome[]): 0 | 1 {
  return outcomes.length > 0 && outcomes.every(isKeptOutcome) ? 0 : 1;
}

const COLUMNS = ['fault', 'injected', 'compared', 'lost', 'doubled', 'invented', 'seconds', ''] as const;
/** Of texts; what does not fit goes on below. */
const COLUMN_CHARACTERS = 46;
/** Kinds told by name; the rest is in the JSON. */
const MOST_KINDS = 12;

/** A table for people; what broke a promise stands below its row. */
export function formatFaults(outcomes: readonly ScenarioOutcome[], tookSeconds: number): string {
  const rows = [[...COLUMNS].map((title) => [title]), ...outcomes.map(toRow)];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.flatMap((row) => row[i] ?? []).map(({ length }) => length)));
  const [title = '', ...blocks] = rows.map((row) =>
    Array.from({ length: Math.max(...row.map((cell) => cell.length)) }, (_, at) =>
      row
        .reduce((line, cell, i) => {
          const text = cell[at] ?? '';
          const width = widths[i] ?? 0;
          return `${line}  ${i < 3 ? text.padEnd(width) : text.padStart(width)}`;
        }, '')
        .trimEnd(),
    ).join('\n'),
  );
  const lines = outcomes.flatMap((outcome, i) => [blocks[i] ?? '', ...reasonsOf(outcome).map((why) => `      ${why}`)]);
  return [title, ...lines, '', `  ${summaryOf(outcomes, tookSeconds)}`].join('\n');
}

/** Cells, each of some lines. */
function toRow(outcome: ScenarioOutcome): string[][] {
  const seconds = outcome.seconds.toFixed(0);
  if (outcome.type !== 'ran')
    return [outcome.name, '–', '–', '–', '–', '–', seconds, outcome.type].map((text) => [text]);
  const { injected, compared, lost, doubled, invented } = outcome.result;
  return [
    [outcome.name],
    countLines(injected),
    countLines(compared),
    ...[lost, doubled, invented].map((count) => [count === null ? '–' : String(count)]),
    [seconds],
    [isKeptOutcome(outcome) ? 'kept' : 'BROKEN'],
  ];
}

function reasonsOf(outcome: ScenarioOutcome): readonly string[] {
  return outcome.type === 'ran' ? brokenBy(outcome.result) : [outcome.reason];
}

function countLines(counts: Readonly<Record<string, number>>): string[] {
  const kinds = Object.entries(counts);
  const rest = kinds.slice(MOST_KINDS);
  const told = kinds.slice(0, MOST_KINDS).map(([what, count]) => `${count.toLocaleString('en')} ${what}`);
  if (rest.length > 0) {
    const sum = rest.reduce((before, [, count]) => before + count, 0);
    told.push(`${sum.toLocaleString('en')} of ${rest.length} more kinds`);
  }
  const lines: string[] = [];
  for (const [i, text] of told.entries()) {
    const part = i + 1 < told.length ? `${text},` : text;
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + part.length <= COLUMN_CHARACTERS)
      lines.splice(-1, 1, `${line} ${part}`);
    else lines.push(part);
  }
  return lines;
}

function summaryOf(outcomes: readonly ScenarioOutcome[], tookSeconds: number): string {
  const kept = outcomes.filter(isKeptOutcome).length;
  const notRun = outcomes.filter(({ type }) => type === 'not run').length;
  const rest = notRun === 0 ? '' : `, ${notRun} not run`;
  return `${kept} of ${outcomes.length} kept, ${outcomes.length - kept - notRun} not kept${rest}; ${(tookSeconds / 60).toFixed(1)} minutes`;
}
