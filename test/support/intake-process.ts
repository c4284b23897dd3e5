import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startService } from '../../deploy/local/demo/service-process.ts';
import type { ServiceProcess } from '../../deploy/local/demo/service-process.ts';
import type { Installation } from './installation.ts';

/** An intake that runs as a process of its own on an installation. */
export interface RunningIntake extends ServiceProcess {
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; answers what it then says to have done, by feed. */
  stopped(): Promise<Map<string, IntakeSummary>>;
}

/** What one run of intake says to have done for a feed. */
export interface IntakeSummary {
  readonly feed: string;
  readonly rows: number;
  readonly sent: number;
  readonly files: number;
  readonly alreadyImported: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly rejected: Readonly<Record<string, number>>;
}

/** How far the content of a file was read, as intake keeps it. */
export interface KeptPosition {
  readonly name: string;
  readonly rows: number;
  readonly sent: number;
  readonly skipped: number;
  readonly rejected: number;
  readonly done: boolean;
}

/** @param feeds text of feed files, by the feed's name. */
export async function startIntake(
  installation: Installation,
  feeds: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningIntake> {
  const { processes, directory } = installation;
  const name = `intake-${processes.length + 1}`;
  const files = Object.entries(feeds).map(([feed, text]) => {
    const file = join(directory, name, `${feed}.yaml`);
    mkdirSync(dirname(file), { recursive: true });
    mkdirSync(feedFolderOf(installation, feed), { recursive: true });
    writeFileSync(file, text);
    return file;
  });
  const service = await startService({
    name,
    main: 'services/intake/main.ts',
    args: ['--json', ...files],
    settings: {
      ...installation.settings,
      CHURN_INTAKE_REJECTS_DIRECTORY: join(directory, 'rejects'),
      CHURN_OPERATIONS_PORT: '0',
      ...settings,
    },
    logDirectory: join(directory, 'logs'),
  });
  processes.push(service);
  return {
    ...service,
    async kill() {
      service.process.signal('SIGKILL');
      await service.process.ended;
    },
    async stopped() {
      await service.stop();
      const lines = readFileSync(service.logFile, 'utf8').split('\n');
      const told = lines.findLast((line) => line.startsWith('{"feeds":')) ?? '{"feeds":[]}';
      const { feeds: summaries } = JSON.parse(told) as { feeds: IntakeSummary[] };
      return new Map(summaries.map((summary) => [summary.feed, summary]));
    },
  };
}

/** The folder that a feed's files come to. */
export function feedFolderOf({ directory }: Installation, feed: string): string {
  return join(directory, 'in', feed);
}

/** Puts a file into a feed's folder as careful writers do: under another name until it is whole. */
export function dropFile(installation: Installation, feed: string, name: string, content: string | Uint8Array): void {
  const path = join(feedFolderOf(installation, feed), name);
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
}

/** Whether intake has done with a file: read to its end, or known by its content. */
export async function isFileDone(installation: Installation, feed: string, name: string): Promise<boolean> {
  return (
    (await installation.redis.hexists(`{intake}:names:${feed}`, join(feedFolderOf(installation, feed), name))) === 1
  );
}

/** Positions of all contents that a feed's files ever had. */
export async function keptPositions({ redis }: Installation, feed: string): Promise<KeptPosition[]> {
  return (await redis.hvals(`{intake}:files:${feed}`)).map((text) => JSON.parse(text) as KeptPosition);
}

/** Lines of a feed's rejects files, by file. */
export function rejectLinesOf({ directory }: Installation, feed: string): Map<string, string[]> {
  const folder = join(directory, 'rejects', feed);
  return new Map(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')]),
  );
}
