import type { Metrics } from '../telemetry/metrics.ts';
import { openOperationsServer } from '../telemetry/operations-server.ts';
import type { OperationsServer } from '../telemetry/operations-server.ts';
import type { PartBoard } from './part-board.ts';
import { StartRefusal } from './start-refusal.ts';

/**
 * Health and metrics of a process whose parts are on a board. It is not ready from the moment on that the signal tells it
 * to stop: nobody should send it work that it will not finish.
 *
 * @throws StartRefusal where its address cannot be listened on.
 */
export async function openOperations(options: {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  readonly board: PartBoard;
  /** Aborts when the process is told to stop. */
  readonly signal: AbortSignal;
}): Promise<OperationsServer> {
  const { host, port, metrics, board, signal } = options;
  try {
    return await openOperationsServer({
      host,
      port,
      metrics,
      notReady: () => (signal.aborted ? ['stopping'] : board.notReady()),
      parts: () => board.statuses(),
    });
  } catch (error) {
    throw listenRefusal('CHURN_OPERATIONS_HOST, CHURN_OPERATIONS_PORT', `${host}:${port}`, error);
  }
}

/** What was thrown by listening, as a mistake of the variables that say where. */
export function listenRefusal(variables: string, address: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return error;
  return new StartRefusal('the address cannot be used', [
    `${variables}: expected an address that is free here, found ${address} (${code})`,
  ]);
}
