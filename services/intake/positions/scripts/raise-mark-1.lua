-- Keeps the complete-through of a topic's last mark; several instances may write it.
-- KEYS[1] positions
-- ARGV[1] complete-through
-- Returns 1 if it was raised.
local known = redis.call('HGET', KEYS[1], 'mark')
if known and tonumber(known) >= tonumber(ARGV[1]) then
  return 0
end
redis.call('HSET', KEYS[1], 'mark', ARGV[1])
return 1
