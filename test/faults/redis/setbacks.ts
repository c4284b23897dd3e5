import type { Reached } from './server-admin.ts';

/** Of the faults, those that have to take something away. */
const LEAST_SHARE = 0.75;

/** How far a Redis went back that lost what it had written last. */
export interface Setbacks {
  note(before: Reached, after: Reached): void;
  differences(faults: number): readonly string[];
  measured(): Record<string, number>;
}

export function createSetbacks(): Setbacks {
  const steps: { readonly log: number; readonly alerts: number; readonly orders: number }[] = [];
  const sum = (pick: (step: (typeof steps)[number]) => number): number =>
    steps.reduce((total, step) => total + pick(step), 0);
  const timesBack = (): number => steps.filter((step) => Object.values(step).some((by) => by > 0)).length;
  return {
    note(before, after) {
      steps.push({
        log: before.log - after.log,
        alerts: before.alerts - after.alerts,
        orders: before.orders - after.orders,
      });
    },
    // A fault that took nothing away shows nothing; on a busy machine one may fall where nothing was written.
    differences(faults) {
      const isShown = timesBack() >= faults * LEAST_SHARE && steps.some(({ log }) => log > 0);
      return isShown ? [] : [`Redis did not go back often enough: ${JSON.stringify(steps)}`];
    },
    measured: () => ({
      'times that something was gone': timesBack(),
      'records of the log gone back, in all': sum(({ log }) => log),
      'records of the log gone back, at most': Math.max(...steps.map(({ log }) => log)),
      'alerts gone back': sum(({ alerts }) => alerts),
      'orders gone and made again': sum(({ orders }) => orders),
    }),
  };
}
