-- Takes keys of the new keyspace away, for the run that holds its lock.
-- KEYS    [1] lock, then the keys; the lock itself may be one of them
-- ARGV    [1] token of the run
-- Returns "written" or "taken-over".
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 'taken-over'
end
redis.call('UNLINK', unpack(KEYS, 2))
return 'written'
