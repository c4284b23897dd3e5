import type { OrderNotice } from '../core/work-orders/order-notice.ts';
import { isClosedState } from '../core/work-orders/desk-state.ts';
import type { Metrics } from '../platform/telemetry/metrics.ts';
import type { AlertResult } from './handle-alerts.ts';
import type { OutcomeResult } from './handle-outcomes.ts';

export interface RetentionMetrics {
  readonly alertHandled: (result: AlertResult) => void;
  readonly outcomeHandled: (result: OutcomeResult) => void;
  readonly deadLetter: (topic: string, reason: string) => void;
  /** How many of a partition's last 1,000 records were parked. */
  readonly rubbishSeen: (topic: string, partition: number, rubbish: number) => void;
  readonly published: (notices: readonly OrderNotice[]) => void;
  readonly noticeParked: () => void;
  readonly expired: (count: number) => void;
  readonly outboxSeen: (length: number) => void;
  readonly overdueSeen: (count: number) => void;
  readonly answered: (answer: { method: string; route: string; status: number; seconds: number }) => void;
}

const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** What the service counts. @param calendarKnownThroughMs until when holidays are known. */
export function createRetentionMetrics(metrics: Metrics, calendarKnownThroughMs: number): RetentionMetrics {
  const alerts = metrics.counter('churn_alerts_consumed_total', 'Alerts read, by what became of them', ['result']);
  const outcomes = metrics.counter('churn_outcomes_consumed_total', 'Reported outcomes read, by result', ['result']);
  const deadLetters = metrics.counter('churn_dead_letters_total', 'Records parked', ['topic', 'reason']);
  const rubbish = metrics.gauge('churn_rubbish_records', 'Records parked among the last 1,000 of a partition', [
    'topic',
    'partition',
  ]);
  const created = metrics.counter('churn_work_orders_created_total', 'Work orders opened', []);
  const published = metrics.counter('churn_work_order_events_published_total', 'Events published, by type', ['type']);
  const closed = metrics.counter('churn_work_orders_closed_total', 'Work orders closed and told, by result', [
    'result',
  ]);
  const expired = metrics.counter('churn_work_orders_expired_total', 'Work orders that ran out of time', []);
  const parkedNotices = metrics.counter(
    'churn_work_order_notices_parked_total',
    'Events of work orders that cannot be published, set aside',
    [],
  );
  const outbox = metrics.gauge('churn_work_order_outbox_entries', 'Events that wait to be published', []);
  const overdue = metrics.gauge('churn_work_orders_overdue', 'Open work orders past their due time', []);
  const requests = metrics.counter('churn_http_requests_total', 'HTTP requests answered', [
    'method',
    'route',
    'status',
  ]);
  const durations = metrics.histogram(
    'churn_http_request_duration_seconds',
    'Time to answer an HTTP request',
    DURATION_BUCKETS,
    ['method', 'route'],
  );
  metrics
    .gauge('churn_working_calendar_known_until_timestamp_seconds', 'End of the days whose holidays are known', [])
    .set(calendarKnownThroughMs / 1000);

  return {
    alertHandled(result) {
      alerts.inc({ result });
      if (result === 'created') created.inc();
    },
    outcomeHandled(result) {
      outcomes.inc({ result });
    },
    deadLetter(topic, reason) {
      deadLetters.inc({ topic, reason });
    },
    rubbishSeen(topic, partition, amount) {
      rubbish.set({ topic, partition }, amount);
    },
    published(notices) {
      for (const { type, order } of notices) {
        published.inc({ type });
        if (isClosedState(order.state)) closed.inc({ result: order.state });
      }
    },
    noticeParked() {
      parkedNotices.inc();
    },
    expired(count) {
      expired.inc(count);
    },
    outboxSeen(length) {
      outbox.set(length);
    },
    overdueSeen(count) {
      overdue.set(count);
    },
    answered({ method, route, status, seconds }) {
      requests.inc({ method, route, status: String(status) });
      durations.observe({ method, route }, seconds);
    },
  };
}
