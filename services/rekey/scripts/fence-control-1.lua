-- Takes a partition of the old keyspace over: whoever held it before is refused from now on.
-- KEYS    [1] control
-- ARGV    [1] token of the run [2] number of partitions [3] word that a former attempt may have put in its place
-- Returns {"fenced", sequence number} or {"partition-count", what stands in place of the number}.
local known = redis.call('HGET', KEYS[1], 'partitions')
if known and known ~= ARGV[2] and known ~= ARGV[3] then
  return { 'partition-count', known }
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'partitions', known or ARGV[2])
redis.call('HSETNX', KEYS[1], 'seq', '0')
return { 'fenced', redis.call('HGET', KEYS[1], 'seq') }
