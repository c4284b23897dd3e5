/**
 * Where the desk keeps its orders, as the retention service writes it (a test holds the two to each other). Deployables
 * meet in Redis, not by import.
 */
export function orderLayout(keyspace: string) {
  const tag = `${keyspace}{orders}:`;
  return {
    bodies: `${tag}body`,
    versions: `${tag}version`,
    episodes: `${tag}episode`,
    all: `${tag}all`,
    open: `${tag}open`,
    outbox: `${tag}outbox`,
    parked: `${tag}parked`,
    positions: `${tag}positions`,
    ofState: (state: string): string => `${tag}state:${state}`,
    ofSubscriber: (subscriberId: string): string => `${tag}subscriber:${subscriberId}`,
  } as const;
}

export type OrderLayout = ReturnType<typeof orderLayout>;

/** Field of the hash of episodes. */
export function episodeFieldOf(subscriberId: string, episode: number): string {
  return `${subscriberId}#${episode}`;
}
