import { parseOptions } from './demo/options.ts';
import { runDemo } from './demo/run-demo.ts';
import { DEMO_SECRET } from '../../services/platform/crypto/pseudonym-settings.ts';

/** `npm start`: a simulated operator's events become scored risk, alerts and retention work orders, on real parts. */
const simulation = {
  SIMULATOR_SUBSCRIBERS: '2000',
  SIMULATOR_DAYS: '70',
  SIMULATOR_DUPLICATE_SHARE: '0.01',
  SIMULATOR_SHUFFLED_SHARE: '0.05',
  SIMULATOR_LATE_SHARE: '0.01',
  SIMULATOR_BEYOND_LIMIT_SHARE: '0.0002',
  SIMULATOR_MALFORMED_SHARE: '0.0002',
};

/** Feeder and retention service must make the same pseudonyms, so that a question by number finds its subscriber. */
const pseudonym = { CHURN_PSEUDONYM_KEY_ID: 'demo', CHURN_PSEUDONYM_SECRET: DEMO_SECRET };

try {
  const options = parseOptions(process.argv.slice(2));
  process.exitCode = await runDemo(
    {
      title: `a simulated operator: ${size('SIMULATOR_SUBSCRIBERS')} subscribers, ${size('SIMULATOR_DAYS')} days, with late, shuffled, repeated and broken records`,
      main: 'services/simulator/main.ts',
      args: [],
      settings: unlessSet({
        ...simulation,
        ...(process.env['CHURN_STACK'] === 'external' ? {} : pseudonym),
        CHURN_POLICY_FILE: 'deploy/policy/default.yaml',
      }),
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

function size(name: keyof typeof simulation): string {
  return process.env[name] ?? simulation[name];
}
