import type { RunTotals } from '../../simulation/run-simulation.ts';
import { fold } from './fold.ts';

/** Beside an indent of two: 80 in all. */
const LINE_CHARACTERS = 78;

/** What the runs came to, for people; failures follow as they are, since they are to be replayed. */
export function formatSimulation({ seeds, steps, settled, refused, failures, faults, compared }: RunTotals): string {
  const counts = Object.entries({ ...faults, ...compared }).map(([what, count]) => `${what} ${count}`);
  const sums = `${seeds} runs, ${steps} steps: ${settled} settled, ${refused} rightly refused, ${failures.length} failed`;
  return [
    ...[sums.split(' '), counts.map((count, i) => (i + 1 < counts.length ? `${count},` : count))].flatMap((pieces) =>
      fold(pieces, LINE_CHARACTERS, ' ').map((line) => `  ${line}`),
    ),
    '',
    ...failures.map(({ text }) => `${text}\n`),
  ].join('\n');
}
