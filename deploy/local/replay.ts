import { resolve } from 'node:path';
import { USAGE, parseOptions } from './demo/options.ts';
import { runDemo } from './demo/run-demo.ts';

/** `npm run replay -- --data DIR`: real prepaid customers of 2013 go through the whole service, as events. */
try {
  const { data, ...options } = parseOptions(process.argv.slice(2));
  if (data === undefined) throw new Error('--data is missing');
  const folder = resolve(process.env['INIT_CWD'] ?? process.cwd(), data);
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
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}
