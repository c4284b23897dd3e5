-- Removes published entries from the head of an outbox.
-- KEYS[1] control [2] outbox
-- ARGV[1] owner [2] number of entries [3] the last of them
-- Returns 1 if they were removed. The last entry is compared because Redis may have lost its tail in between: then
-- fewer entries are there, others may stand in their places, and they must not go unpublished.
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 0
end
local count = tonumber(ARGV[2])
if redis.call('LINDEX', KEYS[2], count - 1) ~= ARGV[3] then
  return 0
end
redis.call('LTRIM', KEYS[2], count, -1)
return 1
