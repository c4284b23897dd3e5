import { createTcpGate } from '../../intake/tcp-gate.ts';
import type { ScenarioContext } from '../scenario.ts';

/** One address before servers that take turns. */
export interface SwitchableGate {
  readonly redisUrl: string;
  readonly port: number;
  /** From now on whoever connects gets to that server; who was connected is cut off. */
  leadTo(port: number): Promise<void>;
  cut(): Promise<void>;
}

/** Cut until it leads somewhere. */
export async function openSwitchableGate(context: ScenarioContext): Promise<SwitchableGate> {
  const target = { host: '127.0.0.1', port: 1 };
  const gate = await createTcpGate(target);
  context.after(() => gate.cut());
  return {
    redisUrl: `redis://127.0.0.1:${gate.port}`,
    port: gate.port,
    async leadTo(port) {
      await gate.cut();
      target.port = port;
      await gate.open();
    },
    cut: () => gate.cut(),
  };
}
