/** Small scenarios run in `npm test`, full ones in `npm run faults`. */
export type ScenarioSize = 'small' | 'full';

/** What a scenario is run with. */
export interface ScenarioContext {
  readonly size: ScenarioSize;
  /** Seed of whatever is chosen by chance. */
  readonly seed: number;
  /** Says how far it is, for people who wait. */
  progress(text: string): void;
  /** Cleans up when the scenario has ended, the last first; also called where it throws. */
  after(work: () => Promise<void>): void;
  /** Directory that keeps what the services logged. */
  readonly logsKeptAt?: string | undefined;
  /** Aborts when the run is told to stop. */
  readonly signal: AbortSignal;
}

/** What was done to the service, and what was left of its promises. */
export interface ScenarioResult {
  /** What was injected and how often, such as `{ 'kill -9': 100 }`. */
  readonly injected: Readonly<Record<string, number>>;
  /** What was compared and how much of it, such as `{ states: 4094, alerts: 910, orders: 910 }`. */
  readonly compared: Readonly<Record<string, number>>;
  /** Events, warnings or orders that should be there and are not; null, here and below, where none are counted. */
  readonly lost: number | null;
  /** Those that count twice: folded twice, a second order of an episode. Repetitions of a record by id are none. */
  readonly doubled: number | null;
  /** Those that nothing in the log brought about. */
  readonly invented: number | null;
  /** Every other promise that was broken, in words; one is enough for the scenario to fail. */
  readonly differences: readonly string[];
  /** Figures to read, with units in their names; they decide about nothing. */
  readonly measured: Readonly<Record<string, number>>;
}

/** A scenario that this machine has not the means for. */
export interface NotRun {
  readonly notRun: string;
}

/** A fault, or several of a kind, done to real parts. */
export interface FaultScenario {
  /** In kebab-case, for `--only`. */
  readonly name: string;
  /** A sentence: what is done, and what has to hold. */
  readonly promise: string;
  /** Set where the promise is about time, or much runs at once: no other scenario runs beside it. */
  readonly isAlone?: boolean;
  run(context: ScenarioContext): Promise<ScenarioResult | NotRun>;
}

/** Why a result does not count as kept; empty where it does. A scenario that did or compared nothing shows nothing. */
export function brokenBy({ injected, compared, lost, doubled, invented, differences }: ScenarioResult): string[] {
  const sumOf = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  return [
    ...differences,
    // None below nothing, and none that could not be counted.
    ...([lost, doubled, invented].every((count) => count === 0 || count === null)
      ? []
      : [`${lost} lost, ${doubled} doubled, ${invented} invented`]),
    ...(sumOf(injected) > 0 ? [] : ['nothing was injected']),
    ...(sumOf(compared) > 0 ? [] : ['nothing was compared']),
  ];
}
