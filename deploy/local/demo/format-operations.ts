import type { OperationsAddress } from './start-services.ts';

/** Where metrics and health of each process are: their ports are free ones, new in each run. */
export function formatOperations(operations: readonly OperationsAddress[]): string {
  const width = Math.max(...operations.map(({ name }) => name.length));
  return [
    '  Metrics of each process, and its health at /readyz?verbose:',
    '',
    ...operations.map(({ name, address }) => `    ${name.padEnd(width)}  ${address}/metrics`),
  ].join('\n');
}
