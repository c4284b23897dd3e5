import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { decodeLogRecord } from '../../../services/contracts/log-record.ts';
import type { Installation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';
import { tell } from '../verdict/difference.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { WorkOrderSeen } from './careful-desk.ts';
import type { AcknowledgedChange } from './careful-desk.ts';

const WorkOrderEvent = Type.Object({ event: Type.Object({ workOrder: WorkOrderSeen }) });

export interface HistoriesVerdict extends Pick<Verdict, 'lost' | 'doubled' | 'invented' | 'differences'> {
  /** Different events on the topic, and records with repetitions. */
  readonly events: number;
  readonly records: number;
  readonly outcomes: number;
}

/**
 * Reads the topic of work orders as one that drops repetitions by id, and holds it to what was done: each order's
 * versions complete and in order, as many as changes were made, what was acknowledged among them; and for each order
 * that was won one outcome in the input log.
 *
 * @param wanted versions that each order should have come to, by its id.
 */
export async function judgeHistories(
  shop: Installation,
  wanted: ReadonlyMap<string, number>,
  acknowledged: readonly AcknowledgedChange[],
): Promise<HistoriesVerdict> {
  const { histories, ambiguous, events, records } = await readHistories(shop);
  const outcomes = await outcomesOf(shop);
  const lengths = [...wanted].map(([id, versions]) => ({ id, versions, told: histories.get(id)?.length ?? 0 }));
  const short = lengths.filter(({ told, versions }) => told < versions).map(({ id }) => id);
  const long = lengths.filter(({ told, versions }) => told > versions).map(({ id }) => id);
  const unknown = [...histories.keys()].filter((id) => !wanted.has(id));
  const unordered = [...histories].filter(([, told]) => !told.every(({ version }, i) => version === String(i + 1)));
  const undone = acknowledged.filter(({ workOrderId, version, isMade }) => {
    const order = histories.get(workOrderId)?.find((told) => told.version === String(version));
    return order === undefined || !isMade(order);
  });
  const won = [...histories].filter(([, told]) => told.at(-1)?.state === 'completed').map(([id]) => id);
  const withoutOutcome = won.filter((id) => !outcomes.has(id));
  const twoOutcomes = [...outcomes].filter(([, found]) => found.size > 1).map(([id]) => id);
  const outcomesOfNone = [...outcomes.keys()].filter((id) => !won.includes(id));
  return {
    events,
    records,
    outcomes: outcomes.size,
    lost: short.length + undone.length + withoutOutcome.length,
    doubled: long.length + twoOutcomes.length,
    invented: unknown.length + outcomesOfNone.length,
    differences: [
      ...tell('orders of whose changes some are missing', short),
      ...tell('orders with more changes than were made', long),
      ...tell('orders that nobody asked for', unknown),
      ...tell(
        'orders whose versions are not complete and in order',
        unordered.map(([id, told]) => `${id} ${told.map(({ version }) => version).join(' ')}`),
      ),
      ...tell(
        'acknowledged changes that are not there',
        undone.map(({ workOrderId, version }) => `${workOrderId} v${version}`),
      ),
      ...tell('event ids that stand for two contents', ambiguous),
      ...tell('won orders without an outcome in the log', withoutOutcome),
      ...tell('won orders with two outcomes in the log', twoOutcomes),
      ...tell('outcomes of orders that were not won', outcomesOfNone),
    ],
  };
}

interface Histories {
  /** By order, in the order in which a reader who drops repetitions by id sees them. */
  readonly histories: ReadonlyMap<string, readonly WorkOrderSeen[]>;
  readonly ambiguous: readonly string[];
  readonly events: number;
  readonly records: number;
}

async function readHistories(shop: Installation): Promise<Histories> {
  const histories = new Map<string, WorkOrderSeen[]>();
  const contents = new Map<string, string>();
  const ambiguous = new Set<string>();
  const records = await recordsOf(shop, shop.topics.workOrder);
  for (const { value, headers } of records) {
    const id = headers['ce_id']?.toString() ?? '';
    const content = value?.toString() ?? '';
    const known = contents.get(id);
    if (known !== undefined) {
      if (known !== content) ambiguous.add(id);
      continue;
    }
    contents.set(id, content);
    const { event } = Value.Parse(WorkOrderEvent, JSON.parse(content));
    const told = histories.get(event.workOrder.id) ?? [];
    histories.set(event.workOrder.id, told);
    told.push(event.workOrder);
  }
  return { histories, ambiguous: [...ambiguous], events: contents.size, records: records.length };
}

/** Contents of the outcomes in the input log, by order. */
async function outcomesOf(shop: Installation): Promise<Map<string, Set<string>>> {
  const outcomes = new Map<string, Set<string>>();
  for (const { value } of await recordsOf(shop, shop.topics.input)) {
    const record = value === null ? undefined : decodeLogRecord(value);
    if (record?.ok !== true || record.value.body.type !== 'order_outcome') continue;
    const { workOrderId } = record.value.body;
    const found = outcomes.get(workOrderId) ?? new Set();
    outcomes.set(workOrderId, found.add(value?.toString('hex') ?? ''));
  }
  return outcomes;
}
