-- Hands a partition of the new keyspace to the services, from the run that holds its lock. Where it begins stands there.
-- KEYS    [1] control
-- ARGV    [1] token of the run [2] number of partitions
-- Returns "written" or "taken-over".
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 'taken-over'
end
-- The run's own token ends here, too: nothing of it can be written any more.
redis.call('HSET', KEYS[1], 'owner', 'rekeyed', 'partitions', ARGV[2])
return 'written'
