import type { Reached } from './server-admin.ts';

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
  return {
    note(before, after) {
      steps.push({
        log: before.log - after.log,
        alerts: before.alerts - after.alerts,
        orders: before.orders - after.orders,
      });
    },
    // A fault that took nothing away would show nothing.
    differences(faults) {
      const wentBack = steps.filter((step) => Object.values(step).some((by) => by > 0)).length;
      const isShown = wentBack === faults && steps.some(({ log }) => log > 0);
      return isShown ? [] : [`Redis did not go back each time: ${JSON.stringify(steps)}`];
    },
    measured: () => ({
      'records of the log gone back, in all': sum(({ log }) => log),
      'records of the log gone back, at most': Math.max(...steps.map(({ log }) => log)),
      'alerts gone back': sum(({ alerts }) => alerts),
      'orders gone and made again': sum(({ orders }) => orders),
    }),
  };
}
