-- Writes how far a topic's partition has been read, if the server is still in the life in which the work for it began:
-- one that was started anew, or another that took over, may have lost the first of the work.
-- KEYS: positions. ARGV: field, offset, life.
if string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') ~= ARGV[3] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
