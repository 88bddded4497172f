-- Back-fill turns that stood in the thread before us; never overwrites. `last` is '1' with the last chunk.
-- Behind the outcome stands the roll call.
local retention, most, last = ...
for i = 4, select('#', ...), 4 do
  local id, value, score, people = select(i, ...)
  if not evicted(score) then remember(id, value, score, people) end
end
redis.call('HSET', STATE, 'ttl', retention)
if last == '1' then redis.call('HSET', STATE, 'seeded', 1) end
trim(most)
return {'seeded', roll_call()}
