-- Makes a key of the new keyspace equal to one of the old, also where that does not exist, for the run that holds the lock.
-- KEYS    [1] lock [2] from [3] to
-- ARGV    [1] token of the run
-- Returns "written" or "taken-over".
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 'taken-over'
end
if redis.call('COPY', KEYS[2], KEYS[3], 'REPLACE') == 0 then
  redis.call('UNLINK', KEYS[3])
end
return 'written'
