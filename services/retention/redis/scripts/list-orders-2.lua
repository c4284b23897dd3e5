-- One page of an index with the bodies, and the size of the index, as of one moment.
-- KEYS[1] sorted set: the index   KEYS[2] hash: order id -> body
-- ARGV[1] first rank   ARGV[2] last rank (both counted from 0, lowest score first)
-- Returns {size of the index, body, body, ...}.
local ids = redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2])
local answer = { redis.call('ZCARD', KEYS[1]) }
if #ids > 0 then
  for _, body in ipairs(redis.call('HMGET', KEYS[2], unpack(ids))) do
    answer[#answer + 1] = body
  end
end
return answer
