/**
 * What the local broker is set to beyond its addresses, as a process and as the service `kafka` of docker-compose.yml
 * (where `a.b` is written KAFKA_A_B).
 */
export const brokerSettings = {
  'auto.create.topics.enable': 'false',
  // Records carry event time. By default those older than a week would be deleted on arrival, and each week of event time
  // would begin a new segment.
  'log.retention.ms': '-1',
  'log.roll.hours': '87600',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'group.initial.rebalance.delay.ms': '0',
  // Tests that kill a consumer want it missed soon.
  'group.min.session.timeout.ms': '1000',
  // A broker that was killed may come back only when the controller has given up its former self; the default is 9 s.
  'broker.session.timeout.ms': '4000',
  'broker.heartbeat.interval.ms': '1000',
  'num.network.threads': '2',
  'num.io.threads': '4',
  // The default takes 128 MiB of the heap.
  'log.cleaner.dedupe.buffer.size': '16777216',
} as const satisfies Record<string, string>;

/**
 * What each of three brokers is set to instead. A record that two of them hold is safe with any one of them gone; with
 * two gone nothing is taken, and a broker that was left behind never leads.
 */
export const clusterSettings = {
  'default.replication.factor': '3',
  'min.insync.replicas': '2',
  'unclean.leader.election.enable': 'false',
  'offsets.topic.replication.factor': '3',
  'transaction.state.log.replication.factor': '3',
  'transaction.state.log.min.isr': '2',
  // Leaders go back to where they are preferred soon, and each time.
  'leader.imbalance.check.interval.seconds': '2',
  'leader.imbalance.per.broker.percentage': '0',
} as const satisfies Record<string, string>;

/** The broker's heap: enough for the demo and the tests, small beside them. */
export const brokerHeap = ['-Xms128m', '-Xmx640m'] as const;
