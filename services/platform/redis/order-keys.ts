import type { TmfState } from '../../core/work-orders/tmf-state.ts';

/**
 * All keys of the desk carry one hash tag: orders are as many as a desk can work, a few hundred thousand at most, so one
 * slot holds them, and one script can change an order, its indexes and the outbox together. `keyspace` sets
 * installations apart that share a server; '' by default.
 */
export function createOrderKeys(keyspace: string) {
  const tag = `${keyspace}{orders}:`;
  return {
    bodies: `${tag}body`,
    versions: `${tag}version`,
    episodes: `${tag}episode`,
    all: `${tag}all`,
    open: `${tag}open`,
    outbox: `${tag}outbox`,
    /** Entries of the outbox that cannot be published. */
    parked: `${tag}parked`,
    positions: `${tag}positions`,
    ofState: (state: TmfState): string => `${tag}state:${state}`,
    ofSubscriber: (subscriberId: string): string => `${tag}subscriber:${subscriberId}`,
  } as const;
}

/** Field of the episodes hash. A pseudonym holds no '#'. */
export function episodeField(subscriberId: string, episode: number): string {
  return `${subscriberId}#${episode}`;
}
