-- Stop one question, pending or being answered; a question that is done cannot be stopped any more.
local id = ...
if not redis.call('ZSCORE', PENDING, id) then return {'missed'}, true end
redis.call('HSET', STATE, 'stop:' .. id, 1)
return {'stopped'}
