/**
 * `npm run model:evaluate -- --data <folder>`: how well churn is predicted, measured on real customers that went through
 * the whole service. Holds: every vector that is judged is the one that a scorer's stored state gives.
 */
import { join } from 'node:path';
import { makeTrainingSet } from './make-training-set.ts';
import { parseEvaluateOptions } from './pipeline-options.ts';
import { evaluationPlaceMistakes } from './place-mistakes.ts';
import { runPipeline } from './run-pipeline.ts';
import { shippedBundle } from './shipped-bundle.ts';

const root = join(import.meta.dirname, '..', '..');

process.exitCode = await runPipeline(
  root,
  (args, callerFolder) => parseEvaluateOptions(args, callerFolder, shippedBundle(root)),
  evaluationPlaceMistakes,
  async ({ options, tables, surroundings, files, context, python }) => {
    const { data, json, rows, report, bundle, replaySeeds } = options;
    const { stackMode } = surroundings;
    const set = await makeTrainingSet(
      { data, tables, seeds: replaySeeds, scorerBundle: bundle, stackMode },
      files,
      context,
    );
    const table = await python('evaluate.py', {
      title: 'evaluating by grouped cross-validation',
      args: [
        ...['--data', data, '--users', set.users, '--bundle', bundle],
        ...set.vectors.flatMap((path) => ['--vectors', path]),
        ...optional('--json', json),
        ...optional('--rows', rows),
        ...optional('--report', report),
      ],
    });
    process.stdout.write(table);
  },
);

function optional(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}
