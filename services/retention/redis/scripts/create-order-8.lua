-- Keeps a new work order, its index entries and its first notice, unless the order or its episode is known.
-- KEYS[1] hash: order id -> body        KEYS[2] hash: order id -> version
-- KEYS[3] hash: episode -> order id     KEYS[4] sorted set: all orders by creation time
-- KEYS[5] sorted set: orders of the state     KEYS[6] sorted set: orders of the subscriber
-- KEYS[7] sorted set: open orders by due time KEYS[8] stream: outbox
-- ARGV[1] order id   ARGV[2] body   ARGV[3] version   ARGV[4] episode key
-- ARGV[5] created at (ms)   ARGV[6] due at (ms)   ARGV[7] notice
-- Returns 1 when created, 0 when the order or an order of the episode exists.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 or redis.call('HEXISTS', KEYS[3], ARGV[4]) == 1 then
  return 0
end
-- A right that the user has lost is told before the first write: Redis would refuse in the midst and keep the half.
-- Servers that know no such question refuse nothing.
if redis.acl_check_cmd and not (
  redis.acl_check_cmd('HSET', KEYS[1], '', '')
  and redis.acl_check_cmd('ZADD', KEYS[4], 0, '')
  and redis.acl_check_cmd('XADD', KEYS[8], '*', '', '')
) then
  return redis.error_reply('NOPERM a script needs HSET, ZADD, XADD')
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[3], ARGV[4], ARGV[1])
redis.call('ZADD', KEYS[4], ARGV[5], ARGV[1])
redis.call('ZADD', KEYS[5], ARGV[5], ARGV[1])
redis.call('ZADD', KEYS[6], ARGV[5], ARGV[1])
redis.call('ZADD', KEYS[7], ARGV[6], ARGV[1])
redis.call('XADD', KEYS[8], '*', 'notice', ARGV[7])
return 1
