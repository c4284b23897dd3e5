/**
 * Writes a simulated operator's events to standard output as lines of JSON, numbers in clear, for an intake to read:
 *
 *   node services/simulator/main.ts | node services/intake/main.ts deploy/feeds/generated.yaml
 *
 * The same settings give the same lines. Ends with one line of JSON with the counts on standard error.
 */
import { writeFile } from 'node:fs/promises';
import { configOrExit } from '../platform/config/config-or-exit.ts';
import { readConfig } from './config.ts';
import { deliver } from './deliver.ts';
import { createSimulation } from './simulation.ts';

const config = configOrExit('simulator', readConfig(Date.now()));
const simulation = createSimulation({ ...config, pseudonymOf: (number) => number });
if (config.truthFile !== '') await writeFile(config.truthFile, `${JSON.stringify(simulation.groundTruth, null, 1)}\n`);

await deliver(simulation.records(), config, () => ({
  subscribers: simulation.subscribers.length,
  churners: simulation.groundTruth.length,
}));
