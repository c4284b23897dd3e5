/**
 * Reads the options of a command and does nothing more, for the launcher: what is wrong is told before minutes of
 * installation.
 *
 *     check-options.ts model:evaluate|model:train [options]
 *
 * Exit codes: 0 go on, 2 mistakes, 3 help was asked for and given.
 */
import { join } from 'node:path';
import { readSurroundings } from './config.ts';
import { parseEvaluateOptions, parseTrainOptions } from './pipeline-options.ts';
import { shippedBundle } from './shipped-bundle.ts';
import { tellUsage } from './tell-usage.ts';

const EXIT_CODES = { help: 3, mistakes: 2 };

const [command, ...args] = process.argv.slice(2);
const parse = command === 'model:train' ? parseTrainOptions : parseEvaluateOptions;
const { callerFolder } = readSurroundings();
const told = tellUsage<object>(parse(args, callerFolder, shippedBundle(join(import.meta.dirname, '..', '..'))));
process.exitCode = typeof told === 'string' ? EXIT_CODES[told] : 0;
