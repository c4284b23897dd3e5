import type { TopicSpec } from '../../../services/platform/kafka/topics.ts';
import { DEAD_LETTER_SUFFIX } from '../../../services/platform/kafka/dead-letter.ts';

/** The service's topics. Those keyed by subscriber have as many partitions as the input log. */
export const TOPICS = {
  input: 'telco.subscriber.event.v1',
  score: 'churn.risk-score.v1',
  alert: 'churn.risk-alert.v1',
  workOrder: 'retention.work-order.v1',
  outcome: 'retention.outcome.v1',
} as const;

/** A dead-letter topic has its source's partitions; scores keep the latest per subscriber. */
export function topicSpecs(partitions: number): TopicSpec[] {
  const forever = { 'retention.ms': '-1' };
  // Room for the headers that a parked record gets on top of a size that its own topic just took.
  const parked = { ...forever, 'max.message.bytes': '2097152' };
  return [
    { topic: TOPICS.input, partitions, config: forever },
    { topic: `${TOPICS.input}${DEAD_LETTER_SUFFIX}`, partitions, config: parked },
    { topic: TOPICS.score, partitions, config: { 'cleanup.policy': 'compact' } },
    { topic: TOPICS.alert, partitions, config: forever },
    { topic: `${TOPICS.alert}${DEAD_LETTER_SUFFIX}`, partitions, config: parked },
    { topic: TOPICS.workOrder, partitions, config: forever },
    { topic: TOPICS.outcome, partitions, config: forever },
    { topic: `${TOPICS.outcome}${DEAD_LETTER_SUFFIX}`, partitions, config: parked },
  ];
}
