import type { Reached } from './server-admin.ts';

/** How far a Redis went back that lost what it had written last. */
export interface Setbacks {
  note(before: Reached, after: Reached): void;
  differences(faults: number): readonly string[];
  measured(): Record<string, number>;
}

export function createSetbacks(): Setbacks {
  const steps: Reached[] = [];
  const sum = (pick: (step: Reached) => number): number => steps.reduce((total, step) => total + pick(step), 0);
  const timesBack = (): number => steps.filter((step) => Object.values(step).some((by) => by > 0)).length;
  return {
    note(before, after) {
      steps.push({
        log: before.log - after.log,
        alerts: before.alerts - after.alerts,
        orders: before.orders - after.orders,
        changes: before.changes - after.changes,
      });
    },
    // A fault that took nothing away shows nothing.
    differences(faults) {
      const isShown = timesBack() === faults && steps.some(({ log }) => log > 0);
      return isShown ? [] : [`Redis did not go back each time: ${JSON.stringify(steps)}`];
    },
    measured: () => ({
      'times that something was gone': timesBack(),
      'records of the log gone back, in all': sum(({ log }) => log),
      'records of the log gone back, at most': Math.max(...steps.map(({ log }) => log)),
      'alerts gone back': sum(({ alerts }) => alerts),
      'orders gone and made again': sum(({ orders }) => orders),
      'changes of orders gone': sum(({ changes }) => changes),
    }),
  };
}
