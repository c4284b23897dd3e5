-- Moves an entry of the outbox to the stream of those that cannot be published, fields untouched. Sent twice, the second
-- finds nothing to do.
-- KEYS: outbox, parked. ARGV: entry id.
local found = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])
if #found == 0 then
  return 0
end
-- A right that the user has lost is told before the first write: Redis would refuse in the midst and keep the half.
-- Servers that know no such question refuse nothing.
if redis.acl_check_cmd and not (
  redis.acl_check_cmd('XADD', KEYS[2], '*', '', '')
  and redis.acl_check_cmd('XDEL', KEYS[1], '0-1')
) then
  return redis.error_reply('NOPERM a script needs XADD, XDEL')
end
redis.call('XADD', KEYS[2], '*', unpack(found[1][2]))
redis.call('XDEL', KEYS[1], ARGV[1])
return 1
