/**
 * Reads the options of `npm run faults` and does nothing more, for launch.mjs: what is wrong is told before minutes of
 * installation.
 *
 * Exit codes: 0 go on, 1 a mistake, 3 help was asked for and given.
 */
import { join } from 'node:path';
import { tellFaultOptions } from './tell-options.ts';

const EXIT_CODES = { help: 3, mistake: 1 };

// Where launch.mjs starts the run: files are named from there.
process.chdir(join(import.meta.dirname, '..', '..', '..'));
const [, ...args] = process.argv.slice(2);
const told = tellFaultOptions(args);
process.exit(typeof told === 'string' ? EXIT_CODES[told] : 0);
