-- Gives a partition of the old keyspace back to the services.
-- KEYS    [1] control
-- ARGV    [1] word that stands for the number of partitions [2] that number
--         [3] token that has to own the partition; "" where any may
-- Returns "reopened" or "kept": it was not retired, or by another run.
local found = redis.call('HMGET', KEYS[1], 'partitions', 'owner')
if found[1] ~= ARGV[1] or (ARGV[3] ~= '' and found[2] ~= ARGV[3]) then
  return 'kept'
end
redis.call('HSET', KEYS[1], 'partitions', ARGV[2])
return 'reopened'
