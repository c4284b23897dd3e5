-- Writes one batch of a partition: states, next offset, control record and outbox, all or nothing, and only for the
-- owner at the expected place of its chain of commits.
-- KEYS    [1] control [2] outbox [3] index of band high [4] index of band medium
--         then S keys of states and of hours of scores, then W wheel slots
-- ARGV    [1] owner [2] expected seq [3] next offset [4] control record
--         [5] S, then their S values; then O, then O outbox entries; then W, then W members;
--         then B, then B pairs of band and member
-- Returns "committed", "already-committed" for the same commit sent twice, "not-owner" or "out-of-sequence".
local control = redis.call('HMGET', KEYS[1], 'owner', 'seq')
local seq = tonumber(ARGV[2])
if control[1] ~= ARGV[1] then
  return 'not-owner'
end
if tonumber(control[2]) == seq + 1 then
  return 'already-committed'
end
if tonumber(control[2]) ~= seq then
  return 'out-of-sequence'
end

-- A right that the user has lost is told before the first write: Redis would refuse in the midst and keep the half.
-- Servers that know no such question refuse nothing.
if redis.acl_check_cmd and not (
  redis.acl_check_cmd('MSET', KEYS[1], '')
  and redis.acl_check_cmd('RPUSH', KEYS[2], '')
  and redis.acl_check_cmd('ZADD', KEYS[3], 0, '')
  and redis.acl_check_cmd('ZREM', KEYS[3], '')
  and redis.acl_check_cmd('HSET', KEYS[1], 'seq', '')
) then
  return redis.error_reply('NOPERM a script needs MSET, RPUSH, ZADD, ZREM, HSET')
end

-- Lua passes no more than some thousands of values at once.
local CHUNK = 3500
local at = 5
local states = tonumber(ARGV[at])
local pairs_of_states = {}
for i = 1, states do
  pairs_of_states[2 * i - 1] = KEYS[4 + i]
  pairs_of_states[2 * i] = ARGV[at + i]
end
for from = 1, 2 * states, 2 * CHUNK do
  redis.call('MSET', unpack(pairs_of_states, from, math.min(from + 2 * CHUNK - 1, 2 * states)))
end
at = at + states + 1

local entries = tonumber(ARGV[at])
for from = at + 1, at + entries, CHUNK do
  redis.call('RPUSH', KEYS[2], unpack(ARGV, from, math.min(from + CHUNK - 1, at + entries)))
end
at = at + entries + 1

local members = tonumber(ARGV[at])
for i = 1, members do
  redis.call('RPUSH', KEYS[4 + states + i], ARGV[at + i])
end
at = at + members + 1

local bands = tonumber(ARGV[at])
for i = 1, bands do
  local band, member = ARGV[at + 2 * i - 1], ARGV[at + 2 * i]
  if band == 'high' then
    redis.call('ZADD', KEYS[3], 0, member)
  else
    redis.call('ZREM', KEYS[3], member)
  end
  if band == 'medium' then
    redis.call('ZADD', KEYS[4], 0, member)
  else
    redis.call('ZREM', KEYS[4], member)
  end
end

redis.call('HSET', KEYS[1], 'seq', seq + 1, 'next', ARGV[3], 'record', ARGV[4])
return 'committed'
