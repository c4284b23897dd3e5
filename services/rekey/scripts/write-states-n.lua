-- Writes subscribers of one page into a partition of the new keyspace, for the run that holds its lock. The wheel tells
-- what a cut off attempt has written.
-- KEYS    [1] control [2] slot of the wheel [3] index of band high [4] index of band medium, then S keys of states
-- ARGV    [1] token of the run [2] M, then M members of the slot; then S values of states;
--         then for each state the id and the band
-- Returns "written" or "taken-over".
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 'taken-over'
end
local members = tonumber(ARGV[2])
local states = #KEYS - 4
redis.call('RPUSH', KEYS[2], unpack(ARGV, 3, 2 + members))
local pairs_of_states = {}
for i = 1, states do
  pairs_of_states[2 * i - 1] = KEYS[4 + i]
  pairs_of_states[2 * i] = ARGV[2 + members + i]
end
if states > 0 then
  redis.call('MSET', unpack(pairs_of_states))
end
local at = 2 + members + states
for i = 1, states do
  local id, band = ARGV[at + 2 * i - 1], ARGV[at + 2 * i]
  if band == 'high' then
    redis.call('ZADD', KEYS[3], 0, id)
  elseif band == 'medium' then
    redis.call('ZADD', KEYS[4], 0, id)
  end
end
return 'written'
