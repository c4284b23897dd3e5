/** How long and how large the load scenarios run in full; what `npm run faults` has no time for is asked for by these. */
export interface LoadSettings {
  /** CHURN_OVERLOAD_SECONDS: time at three times the sustainable rate; making it up takes twice as long again. */
  readonly overloadSeconds: number;
  /** CHURN_SOAK_MINUTES. */
  readonly soakMinutes: number;
  /** CHURN_RESTART_SUBSCRIBERS. */
  readonly restartSubscribers: number;
}

/** @throws RangeError for a variable that is no positive number. */
export function readLoadSettings(environment: NodeJS.ProcessEnv = process.env): LoadSettings {
  const positive = (name: string, usual: number): number => {
    const number = Number(environment[name] ?? usual);
    if (Number.isFinite(number) && number > 0) return number;
    throw new RangeError(`${name}: expected a number above 0`);
  };
  return {
    overloadSeconds: positive('CHURN_OVERLOAD_SECONDS', 45),
    soakMinutes: positive('CHURN_SOAK_MINUTES', 2),
    restartSubscribers: Math.round(positive('CHURN_RESTART_SUBSCRIBERS', 1_000_000)),
  };
}
