import { fold } from './fold.ts';
import type { ScenarioResult } from '../scenario.ts';
import { brokenBy } from '../scenario.ts';

/** What became of one scenario. */
export type ScenarioOutcome = { readonly name: string; readonly promise: string; readonly seconds: number } & (
  | { readonly type: 'ran'; readonly result: ScenarioResult }
  | { readonly type: 'not run'; readonly reason: string }
  /** It threw: whether the promise holds was not found out. */
  | { readonly type: 'failed'; readonly reason: string }
  /** The run was told to stop before its end: whatever it had found by then shows nothing. */
  | { readonly type: 'interrupted'; readonly reason: string }
);

export function isKeptOutcome(outcome: ScenarioOutcome): boolean {
  return outcome.type === 'ran' && brokenBy(outcome.result).length === 0;
}

/** Lines that say why an outcome does not count as kept; none where it does. */
export function whyNotKept(outcome: ScenarioOutcome): string[] {
  return outcome.type === 'ran' ? brokenBy(outcome.result) : outcome.reason.split('\n');
}

/** 0 only if all were tried and kept: what this machine has not the means for was not shown. */
export function exitCodeOf(outcomes: readonly ScenarioOutcome[]): 0 | 1 {
  return outcomes.length > 0 && outcomes.every(isKeptOutcome) ? 0 : 1;
}

const COLUMNS = ['fault', 'verdict', 'injected', 'compared', 'lost', 'doubled', 'invented'] as const;
const LINE_CHARACTERS = 80;
const GAP = '  ';
const INDENT = '      ';
/** The longest part of a name that has to stay whole, with its hyphen: `acknowledgements-`. */
const LEAST_NAME_CHARACTERS = 17;
/** Kinds told by name; the rest is in the JSON. */
const MOST_KINDS = 12;

/** A table for people, for a terminal of 80 columns; what was done, and what broke a promise, stands below its row. */
export function formatFaults(outcomes: readonly ScenarioOutcome[], tookSeconds: number): string {
  const rows = outcomes.map((outcome) => ({ outcome, name: outcome.name, cells: cellsOf(outcome) }));
  const [nameTitle, ...titles] = COLUMNS;
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map(({ cells }) => cells[i]?.length ?? 0)));
  const others = widths.reduce((sum, width) => sum + GAP.length + width, GAP.length);
  const nameWidth = Math.min(
    Math.max(nameTitle.length, ...rows.map(({ name }) => name.length)),
    Math.max(LEAST_NAME_CHARACTERS, LINE_CHARACTERS - others),
  );

  const lineOf = (name: string, cells: readonly string[]): string => {
    const padded = cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    return `${GAP}${[name.padEnd(nameWidth), ...padded].join(GAP)}`.trimEnd();
  };
  const lines = rows.flatMap(({ outcome, name, cells }) => {
    const [first = '', ...rest] = fold(name.split(/(?<=-)/), nameWidth, '');
    return [lineOf(first, cells), ...rest.map((part) => `${GAP}${part}`), ...detailsOf(outcome)];
  });
  const summary = `${GAP}${summaryOf(outcomes, tookSeconds)}`;
  return [lineOf(nameTitle, titles), ...lines, '', summary].join('\n');
}

/** What stands in the row behind the name. */
function cellsOf(outcome: ScenarioOutcome): string[] {
  if (outcome.type !== 'ran') return [outcome.type, '–', '–', '–', '–', '–'];
  const { injected, compared, lost, doubled, invented } = outcome.result;
  return [
    isKeptOutcome(outcome) ? 'kept' : 'BROKEN',
    ...[sumOf(injected), sumOf(compared), lost, doubled, invented].map((count) =>
      count === null ? '–' : count.toLocaleString('en'),
    ),
  ];
}

function detailsOf(outcome: ScenarioOutcome): string[] {
  const counts =
    outcome.type === 'ran'
      ? [
          ...listOf(`in ${outcome.seconds.toFixed(0)} s:`, outcome.result.injected),
          ...listOf('compared:', outcome.result.compared),
        ]
      : [];
  const why = whyNotKept(outcome).flatMap((text) => text.split('\n'));
  return [...counts, ...why.flatMap((line) => indented(line.split(' ')))];
}

function listOf(title: string, counts: Readonly<Record<string, number>>): string[] {
  const kinds = Object.entries(counts);
  const rest = Object.fromEntries(kinds.slice(MOST_KINDS));
  const told = kinds.slice(0, MOST_KINDS).map(([what, count]) => `${count.toLocaleString('en')} ${what}`);
  if (kinds.length > MOST_KINDS)
    told.push(`${sumOf(rest).toLocaleString('en')} of ${kinds.length - MOST_KINDS} more kinds`);
  return kinds.length === 0
    ? []
    : indented([title, ...told.map((text, i) => (i + 1 < told.length ? `${text},` : text))]);
}

function indented(pieces: readonly string[]): string[] {
  return fold(pieces, LINE_CHARACTERS - INDENT.length, ' ').map((line) => `${INDENT}${line}`);
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function summaryOf(outcomes: readonly ScenarioOutcome[], tookSeconds: number): string {
  const countOf = (type: ScenarioOutcome['type']): number => outcomes.filter((outcome) => outcome.type === type).length;
  const kept = outcomes.filter(isKeptOutcome).length;
  const [notRun, interrupted] = [countOf('not run'), countOf('interrupted')];
  return [
    `${kept} of ${outcomes.length} kept`,
    `${outcomes.length - kept - notRun - interrupted} not kept`,
    ...(interrupted === 0 ? [] : [`${interrupted} interrupted`]),
    ...(notRun === 0 ? [] : [`${notRun} not run`]),
  ]
    .join(', ')
    .concat(`; ${(tookSeconds / 60).toFixed(1)} minutes`);
}
