import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withPreparationLock } from '../../deploy/local/preparation-lock.mjs';
import { trainingEnvironment } from '../../deploy/local/prepare-python.mjs';
import { createProgress } from '../../deploy/local/progress.mjs';
import { readSurroundings } from './config.ts';
import type { PipelineSurroundings } from './config.ts';
import type { Parsed } from './pipeline-options.ts';
import { readCustomerTables } from './read-customer-tables.ts';
import type { CustomerTables } from './read-customer-tables.ts';
import type { Step, StepContext } from './run-step.ts';
import { runStep } from './run-step.ts';
import { tellUsage } from './tell-usage.ts';
import { openTrainingFolder } from './training-folder.ts';
import type { TrainingFolder } from './training-folder.ts';

/** What a command's work gets. */
export interface Pipeline<T> {
  readonly options: T;
  /** What the data folder holds. */
  readonly tables: CustomerTables;
  readonly surroundings: PipelineSurroundings;
  readonly files: TrainingFolder;
  readonly context: StepContext;
  /** Runs one of the trainer's Python scripts. @returns what it wrote to standard output. */
  readonly python: (script: string, step: Pick<Step, 'title' | 'args'>) => Promise<string>;
}

const EXIT_UNUSABLE = 2;
const EXIT_INTERRUPTED = 130;

/**
 * One command of the model's pipeline from its arguments to its exit code: 0, 1 where a step failed, 2 where arguments
 * or data cannot be used, 130 where it was told to stop. One command of a checkout works at a time: they share their folder.
 */
export async function runPipeline<T extends { readonly data: string }>(
  root: string,
  parse: (args: readonly string[], callerFolder: string) => Parsed<T>,
  placeMistakes: (options: T) => readonly string[],
  work: (pipeline: Pipeline<T>) => Promise<void>,
): Promise<number> {
  const surroundings = readSurroundings();
  const options = tellUsage(parse(process.argv.slice(2), surroundings.callerFolder));
  if (options === 'help') return 0;
  if (options === 'mistakes') return EXIT_UNUSABLE;

  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      stopped.abort();
    });
  }
  const progress = createProgress(process.stderr);
  // Before waiting for others: what a person mistook is said at once.
  const tables = await progress.step('checking the tables', () => readCustomerTables(options.data));
  const mistakes = [...placeMistakes(options), ...(tables.ok ? [] : tables.mistakes)];
  if (!tables.ok || mistakes.length > 0) {
    process.stderr.write(`\n${mistakes.join('\n')}\n`);
    return EXIT_UNUSABLE;
  }
  for (const note of tables.value.notes) progress.note(`  ${note}`);
  const files = openTrainingFolder(root);
  const { environment } = surroundings;
  const context = { root, logDirectory: files.logs, progress, environment, signal: stopped.signal };
  const python: Pipeline<T>['python'] = (script, { title, args }) =>
    runStep(
      {
        title,
        name: script.replace(/\.py$/, ''),
        command: trainingEnvironment(root).python,
        // No bytecode among the sources; what it says is seen while it works; a crash says where.
        args: ['-B', '-u', '-X', 'faulthandler', join(root, 'models', 'training', script), ...args],
        // The scripts run fits side by side, one thread each; LightGBM's number of threads belongs to the whole process.
        settings: { OMP_NUM_THREADS: '1' },
      },
      context,
    );
  try {
    await withPreparationLock(join(files.folder, 'at-work'), progress.note, () => {
      emptyFolder(files.logs);
      return work({ options, tables: tables.value, surroundings, files, context, python });
    });
    return 0;
  } catch (error) {
    if (stopped.signal.aborted) return EXIT_INTERRUPTED;
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.stderr.write(`the logs of all steps are in ${files.logs}\n`);
    return 1;
  }
}

/** Logs are appended to and read back: those of an earlier run must not be taken for this one's. */
function emptyFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
}
