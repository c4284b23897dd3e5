-- Hands a partition of the new keyspace to the services, from the run that holds its lock.
-- KEYS    [1] control
-- ARGV    [1] token of the run [2] next offset [3] control record [4] number of partitions
-- Returns "written" or "taken-over".
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 'taken-over'
end
-- The run's own token ends here, too: nothing of it can be written any more.
redis.call('HSET', KEYS[1], 'owner', 'rekeyed', 'seq', '0', 'next', ARGV[2], 'record', ARGV[3], 'partitions', ARGV[4])
return 'written'
