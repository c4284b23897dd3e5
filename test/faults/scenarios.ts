import { kafkaAccess } from './access/kafka-access.ts';
import { brokerCluster } from './kafka/broker-cluster.ts';
import { brokerKilled } from './kafka/broker-killed.ts';
import { kafkaOutage } from './kafka/kafka-outage.ts';
import { logCut } from './kafka/log-cut.ts';
import { messageTooLarge } from './kafka/message-too-large.ts';
import { partitionsChanged } from './kafka/partitions-changed.ts';
import { topicMissing } from './kafka/topic-missing.ts';
import { acknowledgementsDropped } from './kill/acknowledgements-dropped.ts';
import { killRetention } from './kill/kill-retention.ts';
import { killScorers } from './kill/kill-scorers.ts';
import { overload } from './load/overload.ts';
import { restartLarge } from './load/restart-large.ts';
import { skew } from './load/skew.ts';
import { soak } from './load/soak.ts';
import { rebalanceStorm } from './membership/rebalance-storm.ts';
import { rollingRestart } from './membership/rolling-restart.ts';
import { stopUnderLoad } from './membership/stop-under-load.ts';
import { zombie } from './membership/zombie.ts';
import { privacy } from './privacy/privacy.ts';
import { failover } from './redis/failover.ts';
import { redisAccess } from './redis-cluster/redis-access.ts';
import { redisCluster } from './redis-cluster/redis-cluster.ts';
import { redisEvictionPolicy } from './redis/redis-eviction-policy.ts';
import { redisKilled } from './redis/redis-killed.ts';
import { redisRefuses } from './redis/redis-refuses.ts';
import { redisTailLost } from './redis/redis-tail-lost.ts';
import { rekey } from './rekey/rekey.ts';
import { replay } from './replay/replay.ts';
import { badDeploy } from './rubbish/bad-deploy.ts';
import { deadLetterTopicDown } from './rubbish/dead-letter-topic-down.ts';
import { httpFuzz } from './rubbish/http-fuzz.ts';
import { rubbish } from './rubbish/rubbish.ts';
import { calendar } from './silence/calendar.ts';
import { clocks } from './silence/clocks.ts';
import { disorder } from './silence/disorder.ts';
import { feedOutage } from './silence/feed-outage.ts';
import { silence } from './silence/silence.ts';
import { simulation } from '../simulation/scenario.ts';
import type { FaultScenario } from './scenario.ts';

/** All scenarios, in the order in which they are run. */
export const SCENARIOS: readonly FaultScenario[] = [
  simulation,
  killScorers,
  killRetention,
  acknowledgementsDropped,
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
  redisCluster,
  redisAccess,
  brokerKilled,
  kafkaOutage,
  brokerCluster,
  logCut,
  messageTooLarge,
  topicMissing,
  partitionsChanged,
  rubbish,
  deadLetterTopicDown,
  badDeploy,
  httpFuzz,
  silence,
  feedOutage,
  clocks,
  calendar,
  disorder,
  privacy,
  kafkaAccess,
  rekey,
  overload,
  skew,
  soak,
  restartLarge,
];
