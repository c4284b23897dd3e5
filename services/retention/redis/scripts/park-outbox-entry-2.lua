-- Moves an entry of the outbox to the stream of those that cannot be published, fields untouched. Sent twice, the second
-- finds nothing to do.
-- KEYS: outbox, parked. ARGV: entry id.
local found = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])
if #found == 0 then
  return 0
end
redis.call('XADD', KEYS[2], '*', unpack(found[1][2]))
redis.call('XDEL', KEYS[1], ARGV[1])
return 1
