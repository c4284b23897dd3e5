-- Writes some orders into the new keyspace, for the run that holds its lock.
-- KEYS    [1] lock [2] bodies [3] orders by episode, then for each order the list of its subscriber
-- ARGV    [1] token of the run, then for each order: id, text, field of its episode, when it was made
-- Returns "written" or "taken-over".
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 'taken-over'
end
for i = 1, #KEYS - 3 do
  local at = 4 * i - 2
  redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
  redis.call('HSET', KEYS[3], ARGV[at + 2], ARGV[at])
  redis.call('ZADD', KEYS[3 + i], ARGV[at + 3], ARGV[at])
end
return 'written'
