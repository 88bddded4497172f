-- Owe a question that was answered another answer: `how` is what is to become of the one that stands.
-- That one is dropped when the new one is there; its messages become the new one's.
local id, how = ...
if redis.call('ZSCORE', PENDING, id) then return {'repeated'}, true end
local score = redis.call('ZSCORE', ORDER, id)
local stands = redis.call('HEXISTS', TURNS, id .. '~a') == 1 and not is_erased(id .. '~a')
if not score or not stands then return {'ignored'}, true end
redis.call('ZADD', PENDING, score, id)
redis.call('HSET', STATE, 'again:' .. id, how)
return lease()
