import type { SimulatedGroup } from '../kafka/simulated-group.ts';
import type { SimulatedLog } from '../kafka/simulated-log.ts';
import type { SimulatedTopics } from '../kafka/simulated-topics.ts';
import type { Mutation } from '../mutation.ts';
import type { SimulatedServer } from '../redis/simulated-server.ts';
import type { Life } from '../schedule/life.ts';
import type { World } from '../world.ts';
import type { RedisNetwork } from './redis-link.ts';

/** The parts that processes share. */
export interface Installation {
  readonly world: World;
  readonly topics: SimulatedTopics;
  readonly server: SimulatedServer;
  readonly redis: RedisNetwork;
  readonly groups: {
    readonly scorer: SimulatedGroup;
    readonly alert: SimulatedGroup;
    readonly outcome: SimulatedGroup;
  };
  readonly mutation: Mutation | undefined;
  /** The clock of all hosts, as milliseconds since the Unix epoch. */
  readonly wallMs: () => number;
  /** The desk's clock, which may jump. */
  readonly deskMs: () => number;
  /** A process must not go on after this error, with a log that it read. */
  readonly onFatal: (life: Life, log: SimulatedLog, error: unknown) => void;
}
