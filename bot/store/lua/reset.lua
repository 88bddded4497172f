-- Read nothing any more of what was said so far; turns that are pending are answered all the same.
if redis.call('EXISTS', STATE) == 0 then return {'reset'}, true end
local time = redis.call('TIME')
local floor = time[1] .. string.format('%06d', time[2])
redis.call('HSET', STATE, 'floor', floor, 'floor_for', '', 'seeded', 1)
return {'reset'}
