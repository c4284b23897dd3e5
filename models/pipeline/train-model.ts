/**
 * `npm run model:train -- --data <folder>`: makes a model bundle of real customers that went through the whole service, and
 * holds what Node computes with it to what LightGBM did.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { makeTrainingSet } from './make-training-set.ts';
import { parseTrainOptions } from './pipeline-options.ts';
import { trainingPlaceMistakes } from './place-mistakes.ts';
import { runPipeline } from './run-pipeline.ts';
import { runStep } from './run-step.ts';
import { shippedBundle } from './shipped-bundle.ts';

const root = join(import.meta.dirname, '..', '..');

process.exitCode = await runPipeline(
  root,
  (args, callerFolder) => parseTrainOptions(args, callerFolder, shippedBundle(root)),
  trainingPlaceMistakes,
  async ({ options, tables, surroundings, files, context, python }) => {
    const { data, bundle, replaySeeds, high, medium } = options;
    const { stackMode } = surroundings;
    const set = await makeTrainingSet(
      { data, tables, seeds: replaySeeds, scorerBundle: shippedBundle(root), stackMode },
      files,
      context,
    );
    const commit = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
    const table = await python('train.py', {
      title: 'training',
      args: [
        ...['--data', data, '--users', set.users, '--bundle', bundle],
        ...set.vectors.flatMap((path) => ['--vectors', path]),
        ...(high === undefined ? [] : ['--high', String(high)]),
        ...(medium === undefined ? [] : ['--medium', String(medium)]),
        ...(commit.status === 0 ? ['--git-commit', commit.stdout.trim()] : []),
      ],
    });
    process.stdout.write(table);
    const parity = await runStep(
      {
        title: 'holding ONNX Runtime and the tree walker in Node to LightGBM',
        name: 'check-parity',
        command: process.execPath,
        args: [join(root, 'models/check-parity.ts'), '--bundle', bundle, '--rows', files.folder],
      },
      context,
    );
    process.stdout.write(parity);
  },
);
