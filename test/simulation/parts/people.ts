import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import { accepted } from '../../../services/core/outcome.ts';
import type { WorkOrderCommand } from '../../../services/core/work-orders/decide.ts';
import { createSimulatedProducer } from '../kafka/simulated-producer.ts';
import { createLife } from '../schedule/life.ts';
import { RUBBISH, TOPICS } from '../settings.ts';
import type { Installation } from './installation.ts';
import type { RetentionPart } from './retention-part.ts';

export interface DeskPeople {
  /** An order was told of for the first time: somebody may work it, now or later. */
  onOrder(workOrderId: string): void;
  /** Changes that the desk said were made: version by order. */
  readonly acknowledged: ReadonlyMap<string, number>;
}

/**
 * The CRM: changes orders over a retention service that is up, and reports outcomes, now and then twice. Now and then it
 * writes to a topic what is none of its own.
 */
export function createDeskPeople(
  installation: Installation,
  retentions: () => readonly { readonly part: RetentionPart }[],
): DeskPeople {
  const { world, topics, wallMs, deskMs } = installation;
  const { scheduler, chance, trace } = world;
  const life = createLife('crm');
  const producer = createSimulatedProducer(world, life, topics, wallMs);
  const acknowledged = new Map<string, number>();
  let reports = 0;

  function later(what: string, work: () => void): void {
    scheduler.after(50 + chance.unit() * 2_500, `crm ${what}`, work);
  }

  function plan(): readonly WorkOrderCommand[] {
    return chance.pick<readonly WorkOrderCommand[]>([
      [{ type: 'assign', representativeId: 'r1' }],
      [{ type: 'start' }],
      [{ type: 'assign', representativeId: 'r2' }, { type: 'start' }, { type: 'snooze', hold: 'held' }],
      [{ type: 'start' }, { type: 'close', result: 'lost' }],
      [{ type: 'amend', priority: '0' }],
    ]);
  }

  async function change(workOrderId: string): Promise<void> {
    const up = retentions();
    if (up.length === 0) return;
    const commands = plan();
    try {
      const result = await chance.pick(up).part.desk.change(workOrderId, undefined, () => accepted(commands));
      if (!result.ok) return;
      const { version } = result.value;
      trace.note(`crm was told that ${workOrderId} is at version ${version}`);
      acknowledged.set(workOrderId, Math.max(version, acknowledged.get(workOrderId) ?? 0));
    } catch (error) {
      trace.note(`crm was refused: ${String(error)}`);
    }
  }

  async function report(workOrderId: string): Promise<void> {
    const result = chance.pick(['won', 'lost', 'unreachable'] as const);
    const outcome = { outcomeId: `r${++reports}`, workOrderId, occurredAtMs: deskMs(), result };
    const value = chance.happens(0.05) ? RUBBISH : Buffer.from(JSON.stringify(outcome));
    const record = { topic: TOPICS.outcome, key: workOrderId, value };
    for (let times = chance.happens(0.2) ? 2 : 1; times > 0; times--) {
      while (!(await isSent(record)));
    }
  }

  async function isSent(record: OutgoingRecord): Promise<boolean> {
    try {
      await producer.send([record]);
      return true;
    } catch {
      return false;
    }
  }

  return {
    acknowledged,
    onOrder(workOrderId) {
      for (let changes = chance.below(3); changes > 0; changes--) {
        later(`changes ${workOrderId}`, () => {
          void change(workOrderId);
        });
      }
      if (chance.happens(0.2)) {
        later('writes rubbish among the alerts', () => {
          void isSent({ topic: TOPICS.alert, key: workOrderId, value: RUBBISH });
        });
      }
      if (chance.happens(0.5)) {
        later(`reports ${workOrderId}`, () => {
          void report(workOrderId);
        });
      }
    },
  };
}
