-- Take a message in: is it new, is it ours, remember it, owe it an answer, try to lead.
-- A person's turn is stored as `u`, and becomes `q` when it is a question that we owe an answer.
local id, value, score, wish, retention, most = ...

local function owe(stored)
  redis.call('HSET', TURNS, id, (string.gsub(stored, '^(%d+),u,', '%1,q,', 1)))
  redis.call('ZADD', PENDING, score, id)
  redis.call('HSET', STATE, 'part', 1, 'ttl', retention)
  return lease()
end

local stored = redis.call('HGET', TURNS, id)
if stored then
  if redis.call('ZSCORE', PENDING, id) then return lease() end
  if wish == 'answer' and string.find(stored, '^%d+,u,') then return owe(stored) end
  return {'repeated'}, true
end
if evicted(score) then return {'repeated'}, true end
if wish ~= 'answer' and redis.call('HGET', STATE, 'part') ~= '1' then return {'ignored'}, true end

remember(id, value, score)
redis.call('HSET', STATE, 'ttl', retention)
local reply = wish == 'remember' and {'stored'} or owe(value)
trim(most)
return reply
