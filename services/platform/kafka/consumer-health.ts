import type { Finding } from '../process/watch-part.ts';

/** What a membership knows of its brokers. Instants are of one clock. */
export interface ConsumerHealth {
  /** `joining` from the start, or the beginning of a rebalance, to the assignment. */
  readonly membership: 'joining' | 'joined' | 'lost';
  readonly membershipSinceMs: number;
  /** Last answer of any broker: to a fetch, a heartbeat, a question for metadata. */
  readonly lastAnswerAtMs: number | undefined;
  /** Last error on the way to a broker, in words. */
  readonly lastTrouble: { readonly atMs: number; readonly cause: string } | undefined;
  /** For people, such as the partitions it has. */
  readonly detail: string;
}

/** A member fetches several times a second, and sends a heartbeat at least every 3 s of work. */
const SILENT_AFTER_MS = 8_000;
/** A broker of several may be away for a moment without anybody missing it. */
const TROUBLED_AFTER_MS = 2_000;
/** A rebalance waits for members that died: one session time-out. */
const JOINING_WITHIN_MS = 60_000;

/**
 * Whether Kafka works for a consumer, by what its brokers last answered and not by what is connected. Unknown while it
 * joins and nothing has gone wrong.
 */
export function findingOfConsumer(health: ConsumerHealth, nowMs: number): Finding {
  const { membership, membershipSinceMs, lastAnswerAtMs, lastTrouble, detail } = health;
  const silentMs = nowMs - (lastAnswerAtMs ?? membershipSinceMs);
  const isTroubled = lastTrouble !== undefined && lastTrouble.atMs >= (lastAnswerAtMs ?? -Infinity);
  if (isTroubled && silentMs >= TROUBLED_AFTER_MS) return { type: 'missing', cause: lastTrouble.cause };
  switch (membership) {
    case 'joined':
      return silentMs < SILENT_AFTER_MS
        ? { type: 'up', detail: `${detail}, last answer ${(silentMs / 1_000).toFixed(1)} s ago` }
        : { type: 'missing', cause: `no broker has answered for ${Math.round(silentMs / 1_000)} s` };
    case 'lost':
      return lastTrouble === undefined ? { type: 'unknown' } : { type: 'missing', cause: lastTrouble.cause };
    case 'joining': {
      const joiningMs = nowMs - membershipSinceMs;
      return joiningMs < JOINING_WITHIN_MS
        ? { type: 'unknown' }
        : { type: 'missing', cause: `joining the consumer group has taken ${Math.round(joiningMs / 1_000)} s so far` };
    }
  }
}

/** The first of several consumers that misses Kafka, or that nothing can be said of yet; all up otherwise. */
export function findingOfConsumers(healths: readonly ConsumerHealth[], nowMs: number): Finding {
  const findings = healths.map((health) => findingOfConsumer(health, nowMs));
  const details = findings.flatMap((finding) => (finding.type === 'up' ? [finding.detail ?? ''] : []));
  return (
    findings.find(({ type }) => type === 'missing') ??
    findings.find(({ type }) => type === 'unknown') ?? { type: 'up', detail: details.join('; ') }
  );
}
