-- Writes how far a topic's partition has been read, if the server is still in the life in which the work for it began:
-- one that was started anew, or another that took over, may have lost the first of the work. Never takes reading back: a
-- command may come late, or a second time, when the log no longer holds what lies there.
-- KEYS: positions. ARGV: field, offset, life.
if string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') ~= ARGV[3] then
  return 0
end
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and tonumber(known) > tonumber(ARGV[2]) then
  return 1
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
