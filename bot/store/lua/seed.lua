-- Back-fill turns that stood in the thread before us; never overwrites. `last` is '1' with the last chunk.
local retention, most, last = ...
for i = 4, select('#', ...), 3 do
  local id, value, score = select(i, ...)
  if not evicted(score) then remember(id, value, score) end
end
redis.call('HSET', STATE, 'ttl', retention)
if last == '1' then redis.call('HSET', STATE, 'seeded', 1) end
trim(most)
return {'seeded'}
