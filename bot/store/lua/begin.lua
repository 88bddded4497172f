-- Pin the questions to answer next, so that a successor goes on with the same ones.
local merge = ...

local at = {}
for _, id in ipairs(words(redis.call('HGET', STATE, 'at'))) do
  if redis.call('ZSCORE', PENDING, id) then at[#at + 1] = id end
end
if #at == 0 then
  at = redis.call('ZRANGE', PENDING, 0, merge == '1' and -1 or 0)
  redis.call('HDEL', STATE, 'at', 'begun', 'parts', 'said')
  if #at == 0 then
    release()
    return {'idle'}
  end
  redis.call('HSET', STATE, 'at', table.concat(at, ' '), 'begun', EPOCH)
end

local stopped = 0
for _, id in ipairs(at) do
  stopped = math.max(stopped, redis.call('HEXISTS', STATE, 'stop:' .. id))
end
local state = redis.call('HMGET', STATE, 'begun', 'seeded', 'floor_for', 'at', 'parts', 'said')
return {
  'work', at, words(state[5]),
  state[1] ~= EPOCH and 1 or 0,
  state[2] and 1 or 0,
  state[3] == state[4] and 1 or 0,
  stopped,
  state[6] or '',
}
