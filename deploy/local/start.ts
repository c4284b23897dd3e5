import { parseOptions } from './demo/options.ts';
import { runDemo } from './demo/run-demo.ts';

/** `npm start`: a simulated operator's events become scored risk, alerts and retention work orders, on real parts. */
const disorder = {
  SIMULATOR_DUPLICATE_SHARE: '0.01',
  SIMULATOR_SHUFFLED_SHARE: '0.05',
  SIMULATOR_LATE_SHARE: '0.01',
  SIMULATOR_BEYOND_LIMIT_SHARE: '0.0002',
  SIMULATOR_MALFORMED_SHARE: '0.0002',
};

try {
  const options = parseOptions(process.argv.slice(2));
  process.exitCode = await runDemo(
    {
      title: 'a simulated operator: 3,000 subscribers, 75 days, with late, shuffled, repeated and broken records',
      main: 'services/simulator/main.ts',
      args: [],
      settings: unlessSet({ ...disorder, CHURN_POLICY_FILE: 'deploy/policy/default.yaml' }),
    },
    options,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** What the person set in the environment holds. */
function unlessSet(settings: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => process.env[name] === undefined));
}
