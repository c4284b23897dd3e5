import { decodeRiskAlert } from '../../../services/contracts/risk.ts';
import { DEAD_LETTER_SUFFIX } from '../../../services/platform/kafka/dead-letter.ts';
import type { KafkaSettings } from '../../../services/platform/kafka/client.ts';
import { readTopic } from '../../../services/platform/kafka/read-topic.ts';
import type { Books } from './books.ts';
import type { ScorerState } from './read-state.ts';
import type { ShownAlert } from './show-alert.ts';
import type { FeedCounts } from './start-feed.ts';
import { TOPICS } from './topics.ts';

const WORK_ORDERS = '/tmf-api/workOrderManagement/v4/workOrder';

/** Counts what came out, each figure where a user would find it. */
export async function readBooks(
  kafka: KafkaSettings,
  address: string,
  state: ScorerState,
  fed: FeedCounts,
): Promise<Books> {
  const { folded, duplicates, late, parked, subscribers, scored, episodes } = state.counts;
  return {
    ...fed,
    folded,
    duplicates,
    late,
    parked,
    deadLetters: (await originsOfDeadLetters(kafka)).size,
    subscribers,
    scored,
    episodes,
    alerts: (await alertIdsOnTopic(kafka)).size,
    workOrdersOnTopic: (await workOrderIdsOnTopic(kafka)).size,
    workOrdersOverHttp: await countWorkOrdersOverHttp(address),
  };
}

/** A record parked twice, because a crash came between parking and commit, has one origin. */
async function originsOfDeadLetters(kafka: KafkaSettings): Promise<Set<string>> {
  const origins = new Set<string>();
  await readTopic(kafka, `${TOPICS.input}${DEAD_LETTER_SUFFIX}`, ({ headers }, partition) => {
    origins.add(`${partition}/${headers['kafka_dlt-original-offset']?.toString('hex') ?? ''}`);
  });
  return origins;
}

async function alertIdsOnTopic(kafka: KafkaSettings): Promise<Set<string>> {
  const ids = new Set<string>();
  await readTopic(kafka, TOPICS.alert, ({ value }) => {
    const alert = value === null ? undefined : decodeRiskAlert(value);
    if (alert?.ok === true) ids.add(alert.value.alertId);
  });
  return ids;
}

async function workOrderIdsOnTopic(kafka: KafkaSettings): Promise<Set<string>> {
  const ids = new Set<string>();
  await readTopic(kafka, TOPICS.workOrder, ({ value }) => {
    const id = value === null ? undefined : createdOrderId(JSON.parse(value.toString()));
    if (id !== undefined) ids.add(id);
  });
  return ids;
}

function createdOrderId(notice: unknown): string | undefined {
  if (typeof notice !== 'object' || notice === null) return undefined;
  if (!('eventType' in notice) || notice.eventType !== 'WorkOrderCreateEvent') return undefined;
  const event = 'event' in notice ? notice.event : undefined;
  const order = typeof event === 'object' && event !== null && 'workOrder' in event ? event.workOrder : undefined;
  return typeof order === 'object' && order !== null && 'id' in order ? String(order.id) : undefined;
}

/** Number of work orders as the list's header tells it. @throws where the list cannot be had. */
export async function countWorkOrdersOverHttp(address: string): Promise<number> {
  const response = await fetch(`${address}${WORK_ORDERS}?limit=1`);
  if (response.status !== 200) throw new Error(`${WORK_ORDERS} answered ${response.status}`);
  await response.text();
  return Number(response.headers.get('x-total-count'));
}

/** Requests to try, about the subscriber of an alert where there is one. */
export async function suggestRequests(address: string, alert: ShownAlert | undefined): Promise<string[]> {
  const page: unknown = await (await fetch(`${address}/v1/risks?band=high&limit=1`)).json();
  const id = alert?.subscriberId ?? /"subscriberId":\s*"([^"]+)"/.exec(JSON.stringify(page))?.[1] ?? 'SUBSCRIBER';
  const risk = `${address}/v1/subscribers/${id}/risk`;
  return [
    `curl -s '${address}/v1/risks?band=high&limit=5'`,
    `curl -s '${risk}?reasons=all'`,
    ...(alert === undefined ? [] : [`curl -s '${risk}/change?since=${encodeURIComponent(alert.alertId)}'`]),
    `curl -s '${address}${WORK_ORDERS}?limit=3'`,
  ];
}
