-- Takes a partition over: whoever held it before is refused from now on.
-- KEYS[1] control
-- ARGV[1] token of the new owner, [2] number of partitions of the input topic
-- Returns {"acquired", seq, next offset or false, control record or false}
--      or {"partition-count", the number that the state was made with}
local known = redis.call('HGET', KEYS[1], 'partitions')
if known and known ~= ARGV[2] then
  return { 'partition-count', known }
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'partitions', ARGV[2])
redis.call('HSETNX', KEYS[1], 'seq', '0')
local found = redis.call('HMGET', KEYS[1], 'seq', 'next', 'record')
return { 'acquired', found[1], found[2], found[3] }
