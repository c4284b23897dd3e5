import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Why a report cannot be written there; undefined where it can. Leaves nothing behind. */
export function reportFileProblem(file: string): string | undefined {
  return problemOf(file, () => {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there?.isDirectory() === true) return `${file} is a directory, not a file`;
    // A device or a pipe would be replaced by a file.
    if (there?.isFile() === false) return `${file} is not an ordinary file`;
    if (statSync(dirname(file), { throwIfNoEntry: false })?.isDirectory() !== true)
      return `there is no directory ${dirname(file)}`;
    if (there !== undefined) accessSync(file, constants.W_OK);
    tryWriting(besideOf(file));
    return undefined;
  });
}

/** Why logs cannot be kept in this directory, which is made if it is not there; undefined where they can. */
export function logsDirectoryProblem(directory: string): string | undefined {
  return problemOf(directory, () => {
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === false)
      return `${directory} is not a directory`;
    mkdirSync(directory, { recursive: true });
    tryWriting(join(directory, '.new'));
    return undefined;
  });
}

/** Replaces a file: whoever reads it, or kills the writer, finds the old text or the new one. */
export function replaceFile(file: string, text: string): void {
  const target = existsSync(file) ? realpathSync(file) : file;
  writeFileSync(besideOf(target), text);
  renameSync(besideOf(target), target);
}

/** A report that is written again and again; where that fails it says so, and the run goes on. */
export interface ReportFile {
  write(report: object): void;
  /** Whether the last report is missing. */
  isBehind(): boolean;
}

export function openReportFile(file: string | undefined, note: (text: string) => void): ReportFile {
  let behind = false;
  return {
    write(report) {
      if (file === undefined) return;
      const problem = problemOf(file, () => {
        replaceFile(file, `${JSON.stringify(report, null, 2)}\n`);
        return undefined;
      });
      behind = problem !== undefined;
      if (problem !== undefined) note(`--json: ${problem}`);
    },
    isBehind: () => behind,
  };
}

function besideOf(file: string): string {
  return `${file}.new`;
}

/** Rights alone do not tell: a file system may be full, or not take files at all. */
function tryWriting(file: string): void {
  writeFileSync(file, '');
  rmSync(file);
}

function problemOf(path: string, work: () => string | undefined): string | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return `${path} cannot be written: ${'code' in error ? String(error.code) : error.message}`;
  }
}
