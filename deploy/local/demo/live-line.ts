import type { ScorerState } from './read-state.ts';

export interface LiveFigures {
  readonly state: ScorerState;
  readonly eventsPerSecond: number;
  readonly orders: number | undefined;
}

/** One line for people: how fast, how far behind, where in event time, and what came of it. */
export function formatLiveLine({ state, eventsPerSecond, orders }: LiveFigures): string {
  const { counts, lag, watermarkMs, highRisk } = state;
  const day = watermarkMs === undefined ? '–' : new Date(watermarkMs).toISOString().slice(0, 16).replace('T', ' ');
  return [
    `${count(eventsPerSecond)} events/s`,
    `lag ${count(lag)}`,
    `event time ${day}`,
    `${count(counts.subscribers)} subscribers`,
    `${count(counts.scored)} scored`,
    `${count(highRisk)} high risk`,
    `${orders === undefined ? '–' : count(orders)} orders`,
  ].join(' · ');
}

/** On a terminal one line that changes in place; elsewhere a line now and then. */
export function createLiveDisplay(stream: NodeJS.WriteStream): { show(line: string): void; end(): void } {
  const everyMs = stream.isTTY ? 0 : 5_000;
  let shownAtMs = -Infinity;
  return {
    show(line) {
      if (stream.isTTY) {
        stream.write(`\r\u001b[2K${line.slice(0, Math.max(20, stream.columns - 1))}`);
      } else if (performance.now() - shownAtMs >= everyMs) {
        shownAtMs = performance.now();
        stream.write(`${line}\n`);
      }
    },
    end() {
      if (stream.isTTY) stream.write('\n');
    },
  };
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
