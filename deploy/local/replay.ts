import { resolve } from 'node:path';
import { OptionsError, parseOptions } from './demo/options.ts';
import { runDemo } from './demo/run-demo.ts';

/** `npm run replay -- --data DIR`: real prepaid customers of 2013 go through the whole service, as events. */
try {
  const options = parseOptions(process.argv.slice(2));
  if (options.data === undefined) throw new OptionsError('--data is missing');
  const folder = resolve(process.env['INIT_CWD'] ?? process.cwd(), options.data);
  process.exitCode = await runDemo(
    {
      title: 'real prepaid customers, June to August 2013: totals are real, single events are reconstructed from them',
      main: 'services/simulator/replay/main.ts',
      args: ['--data', folder],
      settings: { CHURN_POLICY_FILE: 'deploy/policy/replay.yaml' },
    },
    options,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
