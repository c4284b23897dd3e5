-- Replaces a work order if its version is the expected one, moves it between the state indexes, adds its notices.
-- KEYS[1] hash: order id -> body        KEYS[2] hash: order id -> version
-- KEYS[3] sorted set: orders of the old state   KEYS[4] sorted set: orders of the new state
-- KEYS[5] sorted set: open orders by due time   KEYS[6] stream: outbox
-- ARGV[1] order id   ARGV[2] expected version   ARGV[3] body   ARGV[4] version
-- ARGV[5] created at (ms)   ARGV[6] "closed" or "open"   ARGV[7..] notices
-- Returns 1 when replaced, 0 when the stored version is another one or the order is unknown.
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then
  return 0
end
-- A right that the user has lost is told before the first write: Redis would refuse in the midst and keep the half.
-- Servers that know no such question refuse nothing.
if redis.acl_check_cmd and not (
  redis.acl_check_cmd('HSET', KEYS[1], '', '')
  and redis.acl_check_cmd('ZREM', KEYS[3], '')
  and redis.acl_check_cmd('ZADD', KEYS[4], 0, '')
  and redis.acl_check_cmd('XADD', KEYS[6], '*', '', '')
) then
  return redis.error_reply('NOPERM a script needs HSET, ZREM, ZADD, XADD')
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[4], ARGV[5], ARGV[1])
if ARGV[6] == 'closed' then
  redis.call('ZREM', KEYS[5], ARGV[1])
end
for i = 7, #ARGV do
  redis.call('XADD', KEYS[6], '*', 'notice', ARGV[i])
end
return 1
