import type { Redis, RedisCommander } from 'ioredis';

/**
 * A client of one server or of a cluster: what both offer, so that nothing can be written that works with one of them
 * only, such as a scan of all keys or a transaction held together by its connection.
 */
export type RedisClient = RedisCommander<{ type: 'default' }> & Pick<Redis, 'sendCommand' | 'disconnect'>;
