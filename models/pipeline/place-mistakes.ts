import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EvaluateOptions, TrainOptions } from './pipeline-options.ts';

/** What an evaluation could not read or write in the end, as it is found before the work. */
export function evaluationPlaceMistakes({ json, rows, report, bundle }: EvaluateOptions): readonly string[] {
  const mistakes: string[] = [];
  for (const [name, path] of Object.entries({ json, rows })) {
    if (path === undefined) continue;
    if (isFolder(path)) mistakes.push(`--${name}: ${path} is a folder; expected a file`);
    else if (!isFolder(dirname(path))) mistakes.push(`--${name}: there is no folder ${dirname(path)}`);
  }
  if (report !== undefined && existsSync(report) && !isFolder(report)) {
    mistakes.push(`--report: ${report} is a file; expected a folder`);
  }
  if (!existsSync(join(bundle, 'feature_schema.json'))) {
    mistakes.push(`--bundle: ${bundle} is no bundle: it holds no feature_schema.json`);
  }
  return mistakes;
}

/** What stands where a bundle is to be written and would have to stay. */
export function trainingPlaceMistakes({ bundle }: TrainOptions): readonly string[] {
  if (!existsSync(bundle)) return [];
  if (!isFolder(bundle)) return [`--bundle: ${bundle} is a file; expected a folder`];
  const isInUse = readdirSync(bundle).length > 0 && !existsSync(join(bundle, 'SHA256SUMS'));
  return isInUse ? [`--bundle: ${bundle} is not empty and no bundle: it stays as it is`] : [];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
