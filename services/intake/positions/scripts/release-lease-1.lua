-- KEYS[1] lease
-- ARGV[1] token
-- Returns 1 if the lease was the caller's and is free now.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
