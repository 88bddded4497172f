-- Read nothing any more of what was said so far; what is pending is answered all the same, each question
-- alone.
local newest = redis.call('ZRANGE', ORDER, -1, -1, 'WITHSCORES')[2]
if not newest then return {'reset'}, true end
local floor = string.format('%.0f', tonumber(newest) + 1)
redis.call('HSET', STATE, 'floor', floor, 'floor_for', '', 'seeded', 1)
return {'reset'}
