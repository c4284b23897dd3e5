import { parseArgs } from 'node:util';

const SECTIONS = ['rungs', 'chain', 'http', 'latency'] as const;
export type BenchSection = (typeof SECTIONS)[number];

export interface BenchOptions {
  readonly json: string | undefined;
  readonly sections: readonly BenchSection[];
  readonly runs: number;
  /** Of the generated workload. */
  readonly events: number;
  readonly subscribers: number;
  readonly keys: 'zipf' | 'uniform';
  readonly fsync: 'everysec' | 'always';
  /** Of the simulated operator, which lives through 75 days. */
  readonly simulatedSubscribers: number;
  /** Measured part of each latency test. */
  readonly windowSeconds: number;
  /** Of each HTTP test, so short that a backlog lasts through it. */
  readonly httpSeconds: number;
  /** What goes before the measured part of a latency test. */
  readonly warmUpSeconds: number;
  /** Not a figure to quote: for seeing that everything works. */
  readonly quick: boolean;
  /** No further repetition begins where it would end after this time; each figure is measured once at least. */
  readonly minutes: number;
}

const USAGE = `options:
  --json FILE          also write the figures as JSON
  --quick              200,000 events, one run of each
  --only SECTION       rungs, chain, http or latency; may be given several times
  --runs N             runs of each figure (3)
  --events N           events of the generated workload (2000000); a tenth as many subscribers
  --keys zipf|uniform  how subscribers are drawn (zipf)
  --fsync everysec|always  when Redis flushes its append-only file (everysec)
  --minutes N          time after which nothing is repeated any more (12)
`;

export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

/** @throws OptionsError that says what is wrong and what there is. */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'string' },
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        runs: { type: 'string' },
        events: { type: 'string' },
        keys: { type: 'string', default: 'zipf' },
        fsync: { type: 'string', default: 'everysec' },
        minutes: { type: 'string', default: '12' },
      },
    });
    const { quick } = values;
    const events = wholeNumber('--events', values.events ?? (quick ? '200000' : '2000000'), 1_000);
    return {
      json: values.json,
      quick,
      sections: values.only === undefined ? SECTIONS : values.only.map((name) => oneOf('--only', name, SECTIONS)),
      runs: wholeNumber('--runs', values.runs ?? (quick ? '1' : '3'), 1),
      events,
      subscribers: Math.round(events / 10),
      keys: oneOf('--keys', values.keys, ['zipf', 'uniform'] as const),
      fsync: oneOf('--fsync', values.fsync, ['everysec', 'always'] as const),
      simulatedSubscribers: Math.max(20, Math.round(events / 2_500)),
      windowSeconds: quick ? 2 : 15,
      httpSeconds: quick ? 2 : 8,
      warmUpSeconds: quick ? 1 : 5,
      minutes: wholeNumber('--minutes', values.minutes, 1),
    };
  } catch (error) {
    throw new OptionsError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least) return number;
  throw new RangeError(`${name}: expected a whole number from ${least}`);
}

function oneOf<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new RangeError(`${name}: expected ${known.join(' or ')}`);
  return found;
}
