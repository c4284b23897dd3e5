-- Keeps how far a feed is complete, only for the holder of the lease.
-- KEYS[1] lease [2] progress
-- ARGV[1] token [2] progress
-- Returns "written" or "not-owner".
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'not-owner'
end
redis.call('SET', KEYS[2], ARGV[2])
return 'written'
