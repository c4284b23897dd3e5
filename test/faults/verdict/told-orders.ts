import type { Installation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';

/** Each instance gives links of its own, and what one did not finish to send another sends. */
const HOSTS = /https?:\/\/[^/"]+/g;
const INSTANTS = /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g;

/** What the topic of work orders tells under one event id. */
export interface ToldEvent {
  readonly eventId: string;
  readonly isCreation: boolean;
  /** Contents, without hosts: two stand for two changes of the order, of which the second took the first one's place. */
  readonly contents: Set<string>;
  /** Earliest of their times, by the desk's clock. */
  firstAtMs: number;
}

/** By order the events that the topic tells of. */
export async function toldOrders(shop: Installation): Promise<Map<string, readonly ToldEvent[]>> {
  const told = new Map<string, Map<string, ToldEvent>>();
  for (const { value, headers } of await recordsOf(shop, shop.topics.workOrder)) {
    const header = (name: string): string => headers[name]?.toString() ?? '';
    const [orderId, eventId] = [header('ce_subject'), header('ce_id')];
    const events = told.get(orderId) ?? new Map<string, ToldEvent>();
    told.set(orderId, events);
    const isCreation = header('ce_type') === 'WorkOrderCreateEvent';
    const event = events.get(eventId) ?? { eventId, isCreation, contents: new Set(), firstAtMs: Infinity };
    events.set(eventId, event);
    event.contents.add((value?.toString() ?? '').replaceAll(HOSTS, ''));
    event.firstAtMs = Math.min(event.firstAtMs, Date.parse(header('ce_time')));
  }
  return new Map([...told].map(([orderId, events]) => [orderId, [...events.values()]]));
}

/** Whether all contents of an event are the same but for times. */
export function differInTimesOnly({ contents }: ToldEvent): boolean {
  return new Set([...contents].map((content) => content.replaceAll(INSTANTS, ''))).size <= 1;
}
