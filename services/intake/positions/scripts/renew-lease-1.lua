-- KEYS[1] lease
-- ARGV[1] token [2] milliseconds
-- Returns 1 if the lease is the caller's and was prolonged, 0 if it is another's or has run out.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
