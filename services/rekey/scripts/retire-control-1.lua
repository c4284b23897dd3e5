-- Retires a partition of the old keyspace, where nobody has touched it since the run took it over.
-- KEYS    [1] control
-- ARGV    [1] token of the run [2] sequence number that it found [3] word that stands for the number of partitions
-- Returns "retired" or "lost".
local found = redis.call('HMGET', KEYS[1], 'owner', 'seq')
if found[1] ~= ARGV[1] or found[2] ~= ARGV[2] then
  return 'lost'
end
redis.call('HSET', KEYS[1], 'partitions', ARGV[3])
return 'retired'
