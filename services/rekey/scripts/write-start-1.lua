-- Writes where a partition of the new keyspace begins, for the run that holds its lock.
-- KEYS    [1] control
-- ARGV    [1] token of the run [2] next offset [3] control record
-- Returns "written" or "taken-over".
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 'taken-over'
end
redis.call('HSET', KEYS[1], 'seq', '0', 'next', ARGV[2], 'record', ARGV[3])
return 'written'
