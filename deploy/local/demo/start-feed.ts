import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepProcess, logTail } from '../keep-process.ts';
import type { KeptProcess } from '../keep-process.ts';

/** Where a demo's events come from: a process that writes them as lines and ends with a line of JSON. */
export interface Feeder {
  readonly title: string;
  readonly main: string;
  readonly args: readonly string[];
  /** Added to the environment of the feeder and of all services. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What both ends of the pipe counted. */
export interface FeedCounts {
  /** Lines of events, malformed ones included, as the feeder wrote them. */
  readonly eventsFed: number;
  /** Subscriber events that the intake wrote to the input log. */
  readonly eventsSent: number;
  /** Rows that the intake rejected. */
  readonly rejected: number;
}

export interface Feed {
  hasEnded(): boolean;
  /** @throws if either process did not end with exit code 0, or did not say what it did. */
  counts(): Promise<FeedCounts>;
  kill(): void;
}

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FEED_FILE = 'deploy/feeds/generated.yaml';

/** Pipes a feeder's lines into an intake: the one road into the input log. */
export async function startFeed(options: {
  readonly feeder: Feeder;
  readonly settings: Readonly<Record<string, string>>;
  readonly logDirectory: string;
  readonly rejectsDirectory: string;
}): Promise<Feed> {
  const { feeder, settings, logDirectory, rejectsDirectory } = options;
  const [feederLog, intakeLog] = [join(logDirectory, 'feeder.log'), join(logDirectory, 'intake.log')];
  const env = { ...process.env, ...settings };
  const source = await keepProcess({
    command: process.execPath,
    args: [join(ROOT, feeder.main), ...feeder.args],
    cwd: ROOT,
    logFile: feederLog,
    env,
    pipeOutput: true,
  });
  const intake = await keepProcess({
    command: process.execPath,
    args: [join(ROOT, 'services/intake/main.ts'), '--json', FEED_FILE],
    cwd: ROOT,
    logFile: intakeLog,
    env: { ...env, CHURN_OPERATIONS_PORT: '0', CHURN_INTAKE_REJECTS_DIRECTORY: rejectsDirectory },
    input: source.output,
  });
  return {
    hasEnded: () => source.hasEnded() && intake.hasEnded(),
    async counts() {
      // The intake first: where it failed, the feeder failed for want of a reader.
      await requireSuccess('intake', intake, intakeLog);
      await requireSuccess('feeder', source, feederLog);
      return { ...intakeCounts(intakeLog), eventsFed: eventsFed(feederLog) };
    },
    kill() {
      source.signal('SIGKILL');
      intake.signal('SIGKILL');
    },
  };
}

async function requireSuccess(name: string, kept: KeptProcess, logFile: string): Promise<void> {
  const how = await kept.ended;
  if (how !== 'exit code 0') throw new Error(`the ${name} failed with ${how}:\n${logTail(logFile)}`);
}

function eventsFed(logFile: string): number {
  for (const line of linesOfJson(logFile)) {
    if ('events' in line && typeof line.events === 'number') return line.events;
  }
  throw new Error(`the feeder did not say what it wrote:\n${logTail(logFile)}`);
}

function intakeCounts(logFile: string): Omit<FeedCounts, 'eventsFed'> {
  for (const line of linesOfJson(logFile)) {
    const feed: unknown = 'feeds' in line && Array.isArray(line.feeds) ? line.feeds[0] : undefined;
    if (typeof feed !== 'object' || feed === null || !('sent' in feed && 'rejected' in feed)) continue;
    const rejects: readonly unknown[] = Object.values(feed.rejected ?? {});
    return { eventsSent: Number(feed.sent), rejected: rejects.reduce<number>((sum, count) => sum + Number(count), 0) };
  }
  throw new Error(`the intake did not say what it did:\n${logTail(logFile)}`);
}

/** Lines that hold a JSON object, last first. */
function* linesOfJson(logFile: string): Generator<object> {
  for (const text of readFileSync(logFile, 'utf8').trimEnd().split('\n').toReversed()) {
    if (!text.startsWith('{')) continue;
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null) yield line;
  }
}
