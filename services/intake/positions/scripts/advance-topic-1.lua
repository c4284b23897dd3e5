-- Keeps how far a partition of a source topic was read. A reader that has lost the partition may come late: positions
-- only grow.
-- KEYS[1] positions
-- ARGV[1] topic/partition [2] next offset [3] what was read before it
-- Returns 1 if it was kept.
local known = redis.call('HGET', KEYS[1], ARGV[1] .. ':next')
if known and tonumber(known) > tonumber(ARGV[2]) then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1] .. ':next', ARGV[2], ARGV[1] .. ':record', ARGV[3])
return 1
