import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { createPseudonymizer } from '../../services/platform/crypto/pseudonym.ts';
import { DEMO_SECRET } from '../../services/platform/crypto/pseudonym-settings.ts';
import { openRiskModel } from '../../services/platform/onnx/risk-model.ts';
import { loadPolicy } from '../../services/platform/policy/load-policy.ts';
import { createPartitionWorker } from '../../services/scorer/partition-worker.ts';
import type { PartitionWorker, PartitionWorkerDeps } from '../../services/scorer/partition-worker.ts';
import type { InputRecord, RiskModel } from '../../services/scorer/ports.ts';
import { readConfig } from '../../services/simulator/config.ts';
import { createSimulation } from '../../services/simulator/simulation.ts';
import type { Simulation } from '../../services/simulator/simulation.ts';
import { MODEL_DIRECTORY } from './harness/bench-context.ts';
import { createMemoryPartitionStore, createMemoryServer } from '../support/memory-partition-store.ts';
import type { MemoryPartitionStore, MemoryServer } from '../support/memory-partition-store.ts';

export const PARTITION = 0;

/** The simulated operator as `npm start` makes it, in the size given. */
export function simulatedOperator(subscribers: string, days: string): Simulation {
  const config = readConfig(Date.now(), { SIMULATOR_SUBSCRIBERS: subscribers, SIMULATOR_DAYS: days });
  if (!config.ok) throw new Error(config.mistakes.join('\n'));
  return createSimulation({
    ...config.value,
    pseudonymOf: createPseudonymizer({ keyId: 'demo', secret: DEMO_SECRET }),
  });
}

/** Its log, as one partition holds it. */
export function* inputLog(simulation: Simulation): Generator<InputRecord> {
  const timestampMs = Date.now();
  let offset = 0n;
  for (const record of simulation.records()) {
    const [key, value] = [Buffer.from(record.subscriberId), Buffer.from(encodeLogRecord(record))];
    yield { offset: offset++, key, value, headers: {}, timestampMs };
  }
}

/** The shipped model, and workers with the default policy over stores in memory. */
export async function openBench(modelDirectory = MODEL_DIRECTORY): Promise<{
  readonly model: RiskModel;
  readonly modelVersion: string;
  /** @param server goes on with what another worker left there. */
  openWorker(
    changes?: Partial<PartitionWorkerDeps>,
    server?: MemoryServer,
  ): Promise<{ readonly store: MemoryPartitionStore; readonly worker: PartitionWorker }>;
  close(): Promise<void>;
}> {
  const policy = loadPolicy('deploy/policy/default.yaml');
  const model = await openRiskModel(modelDirectory);
  return {
    model,
    modelVersion: model.modelVersion,
    async openWorker(changes = {}, server = createMemoryServer()) {
      const store = createMemoryPartitionStore(1, server);
      const worker = createPartitionWorker(PARTITION, 'bench', await store.acquire(PARTITION, 'bench'), {
        store,
        model,
        policy,
        calendar: createCivilCalendar(policy.timeZone),
        park: () => Promise.resolve(),
        partitionOf: () => PARTITION,
        commitLimit: 1_000,
        knownLimit: 20_000,
        ...changes,
      });
      return { store, worker };
    },
    close: () => model.close(),
  };
}
