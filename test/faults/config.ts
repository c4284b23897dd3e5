/** How long a fault lasts; CHURN_FAULT_SECONDS=60 runs the tests with outages of a minute. */
export const OUTAGE_MS = Number(process.env['CHURN_FAULT_SECONDS'] ?? '4') * 1_000;
