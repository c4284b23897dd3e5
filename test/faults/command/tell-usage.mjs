/** Help as far as it can be told while no package is installed. Started by launch.mjs. */
import { faultsUsage } from './fault-usage.mjs';

process.stdout.write(`${faultsUsage}\nscenarios: named in docs/guarantees.md, and here once packages are installed\n`);
