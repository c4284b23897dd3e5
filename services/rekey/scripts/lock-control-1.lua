-- Locks a partition of the new keyspace for one run: from now on services refuse it, and so is every other run.
-- KEYS    [1] control
-- ARGV    [1] token of the run [2] where the keyspace comes from [3] word that stands for the number of partitions
--         [4] what it may hold: "empty" for nothing, "unfinished" for what a run has left; "partly-open" and "complete" for
--         all that came of one
-- Returns "locked" or "in-use".
local found = redis.call('HMGET', KEYS[1], 'rekeyed', 'partitions')
local known = redis.call('HLEN', KEYS[1]) > 0
if known and (ARGV[4] == 'empty' or found[1] ~= ARGV[2] or (ARGV[4] == 'unfinished' and found[2] ~= ARGV[3])) then
  return 'in-use'
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'partitions', ARGV[3], 'rekeyed', ARGV[2])
return 'locked'
