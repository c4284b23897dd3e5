-- Keeps how far a file was read and how far the feed is complete, together, and only for the holder of the lease.
-- KEYS[1] lease [2] files [3] progress
-- ARGV[1] token [2] SHA-256 of the file [3] position [4] progress
-- Returns "written" or "not-owner".
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'not-owner'
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
redis.call('SET', KEYS[3], ARGV[4])
return 'written'
