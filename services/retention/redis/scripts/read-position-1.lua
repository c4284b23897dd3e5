-- Reads how far a topic's partition has been read, and the server's life: each start of a server begins another.
-- KEYS: positions. ARGV: field.
local life = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
return { redis.call('HGET', KEYS[1], ARGV[1]), life }
