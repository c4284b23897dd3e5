-- Keeps how far a file was read and how far the feed is complete, together, and only for the holder of the lease.
-- KEYS[1] lease [2] files [3] progress
-- ARGV[1] token [2] SHA-256 of the file [3] position [4] progress
-- Returns "written" or "not-owner".
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'not-owner'
end
-- A right that the user has lost is told before the first write: Redis would refuse in the midst and keep the half.
-- Servers that know no such question refuse nothing.
if redis.acl_check_cmd and not (
  redis.acl_check_cmd('HSET', KEYS[2], '', '')
  and redis.acl_check_cmd('SET', KEYS[3], '')
) then
  return redis.error_reply('NOPERM a script needs HSET, SET')
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
redis.call('SET', KEYS[3], ARGV[4])
return 'written'
