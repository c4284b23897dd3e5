/** Runs of the simulation in a test run; CHURN_SIMULATION_SEEDS=100000 looks further. */
export const SEEDS = Number(process.env['CHURN_SIMULATION_SEEDS'] ?? '10000');

/**
 * Some seeds do not come to rest in time (121 is the first), and it is not known yet whether the pipeline or the
 * simulation is at fault: until then a failure shows nothing, and a mutation that is found is not yet proof.
 */
export const UNSETTLED = 'some seeds, such as 121, do not come to rest: not understood yet';
