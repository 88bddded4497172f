-- Note until when (ms) all who are here are to be found here, unless somebody has come since they were counted.
local promised, counted = ...
if #everybody() ~= tonumber(counted) then return {'stale'}, true end
redis.call('HSET', STATE, 'enrolled', promised)
return {'noted'}, AS_IT_IS
