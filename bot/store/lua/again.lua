-- Owe a question that was answered another answer: `how` is what is to become of the one that stands,
-- which must be incomplete. It is dropped when the new one is there; its messages become that one's.
local id, how = ...
local stored = redis.call('HGET', TURNS, id)
if not stored or not redis.call('HEXISTS', TURNS, id .. '~a') then return {'ignored'}, true end
if redis.call('ZSCORE', PENDING, id) then return {'repeated'}, true end
local score = redis.call('ZSCORE', ORDER, id)
if not score then return {'ignored'}, true end
redis.call('ZADD', PENDING, score, id)
redis.call('HSET', STATE, 'again:' .. id, how)
return lease()
