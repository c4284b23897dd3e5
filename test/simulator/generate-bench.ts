/** Measures generation up to the lines of JSON: `node test/simulator/generate-bench.ts [subscribers] [days]`. Sends nothing. */
import process from 'node:process';
import { disturb, emptyDisorderCounts } from '../../services/simulator/disorder/disturb.ts';
import type { DisorderOptions } from '../../services/simulator/disorder/disturb.ts';
import { DAY_MS, HOUR_MS } from '../../services/simulator/calendar.ts';
import { emptyFlawCounts, toLines } from '../../services/simulator/to-lines.ts';
import { smallSimulation } from './small-simulation.ts';

const [subscribers = 3_000, days = 30] = process.argv.slice(2).map(Number);
const shares = { lateShare: 0.05, shuffledShare: 0.2, duplicateShare: 0.05, beyondLimitShare: 0 };
const none = { lateShare: 0, shuffledShare: 0, duplicateShare: 0, beyondLimitShare: 0 };

function measure(name: string, run: () => { records: number; bytes: number }): void {
  const startedAtMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const { records, bytes } = run();
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const line = {
    name,
    records,
    seconds: round(seconds),
    perSecond: Math.round(records / seconds),
    cpuMicrosPerRecord: round((user + system) / records),
    bytesPerRecord: round(bytes / records),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const builtAtMs = performance.now();
const simulation = smallSimulation({ subscribers, days });
process.stdout.write(
  `population of ${simulation.subscribers.length} in ${Math.round(performance.now() - builtAtMs)} ms\n`,
);

const disorder: DisorderOptions = {
  ...none,
  seed: 1,
  lateUpToMs: 6 * HOUR_MS,
  shuffledWithinMs: HOUR_MS,
  duplicateUpToMs: 47 * HOUR_MS,
  latenessLimitMs: 7 * DAY_MS,
  endMs: simulation.endMs,
};

measure('generate', () => {
  const stream = simulation.records();
  let records = 0;
  while (stream.next().done !== true) records += 1;
  return { records, bytes: 0 };
});
for (const [name, options] of [
  ['generate, disturb (nothing), to lines', disorder],
  ['generate, disturb, to lines', { ...disorder, ...shares }],
] as const) {
  measure(name, () => {
    let records = 0;
    let bytes = 0;
    const delivered = disturb(simulation.records(), options, emptyDisorderCounts());
    for (const line of toLines(delivered, { seed: 1, malformedShare: 0 }, emptyFlawCounts())) {
      records += 1;
      bytes += line.length;
    }
    return { records, bytes };
  });
}
process.stdout.write(`peak resident memory ${Math.round(process.resourceUsage().maxRSS / 1_024)} MB\n`);
