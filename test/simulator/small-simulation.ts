import { createPseudonymizer } from '../../services/platform/crypto/pseudonym.ts';
import { DEFAULT_SHARES } from '../../services/simulator/churn/cast-stories.ts';
import type { MechanismShares } from '../../services/simulator/churn/cast-stories.ts';
import { createSimulation } from '../../services/simulator/simulation.ts';
import type { Simulation, SimulationOptions } from '../../services/simulator/simulation.ts';

export const START_MS = Date.parse('2026-01-05T00:00:00+08:00');

export const pseudonymOf = createPseudonymizer({ keyId: 'test', secret: 'a secret of the tests only' });

/** A few hundred subscribers for some weeks, from 5 January 2026. */
export function smallSimulation(options: Partial<SimulationOptions> = {}): Simulation {
  return createSimulation({
    seed: 11,
    subscribers: 200,
    days: 20,
    startMs: START_MS,
    utcOffsetMinutes: 480,
    pseudonymOf,
    ...options,
  });
}

/** The default shares, all changed by one factor; 0 leaves nobody who churns. */
export function sharesTimes(factor: number): MechanismShares {
  return {
    slow_fade: DEFAULT_SHARES.slow_fade * factor,
    abrupt_stop: DEFAULT_SHARES.abrupt_stop * factor,
    price_shock: DEFAULT_SHARES.price_shock * factor,
    service_pain: DEFAULT_SHARES.service_pain * factor,
    rival_poaching: DEFAULT_SHARES.rival_poaching * factor,
    second_sim: DEFAULT_SHARES.second_sim * factor,
    leave_and_rejoin: DEFAULT_SHARES.leave_and_rejoin * factor,
    farmed_sim: DEFAULT_SHARES.farmed_sim * factor,
  };
}
