import type { ConsumerGroup } from '../platform/kafka/consumer-groups.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { topicFeedsOf } from './intake-state.ts';
import type { TopicFeed } from './intake-state.ts';

/** As intake names itself to the brokers, and its groups where a feed's file does not. */
const INTAKE = 'churn-intake';

export interface GroupsDeps {
  readonly redis: RedisClient;
  readonly keyspace: string;
  /** Consumer groups of scorers and retention. */
  readonly serviceGroups: readonly string[];
  /** Those of the cluster that have members; of the named ones it throws where they cannot be asked for. */
  readonly groupsWithMembers: (named: readonly string[]) => Promise<readonly ConsumerGroup[]>;
}

/**
 * Services that Kafka knows as running, in words. A feed's group may have any name: it is known by its client, too, where
 * that reads what the feed has read.
 */
export async function membersStill({ redis, keyspace, ...deps }: GroupsDeps): Promise<string[]> {
  const feeds = await topicFeedsOf(redis, keyspace);
  const named = [...deps.serviceGroups, ...feeds.map(({ feed }) => `${INTAKE}-${feed}`)];
  const found = await deps.groupsWithMembers(named);
  return found
    .filter((group) => named.includes(group.groupId) || feeds.some((feed) => readsFor(feed, group)))
    .map(
      ({ groupId, members }) =>
        `the consumer group ${groupId} has ${members.length} members: stop them; one that was killed counts for ` +
        'CHURN_SESSION_TIMEOUT_MS',
    );
}

function readsFor({ topics }: TopicFeed, { members }: ConsumerGroup): boolean {
  return members.some(
    ({ clientId, topics: read }) => clientId === INTAKE && read.some((topic) => topics.includes(topic)),
  );
}
