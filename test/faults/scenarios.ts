import { brokerCluster } from './kafka/broker-cluster.ts';
import { brokerKilled } from './kafka/broker-killed.ts';
import { kafkaOutage } from './kafka/kafka-outage.ts';
import { logCut } from './kafka/log-cut.ts';
import { messageTooLarge } from './kafka/message-too-large.ts';
import { partitionsChanged } from './kafka/partitions-changed.ts';
import { topicMissing } from './kafka/topic-missing.ts';
import { rebalanceStorm } from './membership/rebalance-storm.ts';
import { rollingRestart } from './membership/rolling-restart.ts';
import { stopUnderLoad } from './membership/stop-under-load.ts';
import { zombie } from './membership/zombie.ts';
import { failover } from './redis/failover.ts';
import { redisEvictionPolicy } from './redis/redis-eviction-policy.ts';
import { redisKilled } from './redis/redis-killed.ts';
import { redisRefuses } from './redis/redis-refuses.ts';
import { redisTailLost } from './redis/redis-tail-lost.ts';
import { replay } from './replay/replay.ts';
import type { FaultScenario } from './scenario.ts';

/** All scenarios, in the order in which they are run. */
export const SCENARIOS: readonly FaultScenario[] = [
  rebalanceStorm,
  zombie,
  stopUnderLoad,
  rollingRestart,
  replay,
  redisKilled,
  redisTailLost,
  failover,
  redisRefuses,
  redisEvictionPolicy,
  brokerKilled,
  kafkaOutage,
  brokerCluster,
  logCut,
  messageTooLarge,
  topicMissing,
  partitionsChanged,
];
