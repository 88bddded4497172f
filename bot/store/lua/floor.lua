-- Move the floor up to a turn's time, and note for which question that was.
local floor = ...
if tonumber(floor) > tonumber(redis.call('HGET', STATE, 'floor') or 0) then
  redis.call('HSET', STATE, 'floor', floor, 'floor_for', redis.call('HGET', STATE, 'at') or '')
end
return {'moved'}
