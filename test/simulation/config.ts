/** Runs of the simulation in a test run; CHURN_SIMULATION_SEEDS=100000 looks further. */
export const SEEDS = Number(process.env['CHURN_SIMULATION_SEEDS'] ?? '10000');
