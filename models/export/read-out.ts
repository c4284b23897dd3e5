import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { onlyValue } from './option-values.ts';
import type { OptionValues } from './option-values.ts';

/**
 * The file to be written, held to what is there before anything is read: a folder that is not there is taken for a mistyped
 * one.
 *
 * @param folder that relative paths begin at.
 */
export function readOut(values: OptionValues, folder: string, mistakes: string[]): string | undefined {
  const given = onlyValue(values, '--out', mistakes);
  if (given === undefined || given === '') {
    if (!values.has('--out')) mistakes.push('--out: expected the Parquet file to be written');
    return undefined;
  }
  const path = resolve(folder, given);
  const parent = dirname(path);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    mistakes.push(`--out: ${path} is a folder; expected the file to be written`);
  } else if (!isFolder(parent)) {
    mistakes.push(`--out: there is no folder ${parent}`);
  } else if (!isWritable(parent)) {
    mistakes.push(`--out: nothing can be written into ${parent}`);
  }
  return path;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
