-- Pin the questions to answer next, so that a successor goes on with the same ones. One that is
-- answered again is pinned alone, and its answer's messages are there from the start; so is one that was
-- stopped before, which takes no other along. No text is told: a reply is kept for a while.
local merge = ...

local function is_again(id) return redis.call('HEXISTS', STATE, 'again:' .. id) == 1 end
local function is_stopped(id) return redis.call('HEXISTS', STATE, 'stop:' .. id) == 1 end
local function alone(id) return is_again(id) or is_stopped(id) end

local at = {}
for _, id in ipairs(words(redis.call('HGET', STATE, 'at'))) do
  if redis.call('ZSCORE', PENDING, id) then at[#at + 1] = id end
end
if #at == 0 then
  for _, id in ipairs(redis.call('ZRANGE', PENDING, 0, merge == '1' and -1 or 0)) do
    if #at > 0 and alone(id) then break end
    at[#at + 1] = id
    if alone(id) then break end
  end
  redis.call('HDEL', STATE, 'at', 'begun', 'parts', 'said')
  if #at == 0 then
    release()
    return {'idle'}
  end
  redis.call('HSET', STATE, 'at', table.concat(at, ' '), 'begun', EPOCH)
  if is_again(at[1]) then
    redis.call('HSET', STATE, 'parts', redis.call('HGET', ALIASES, at[1] .. '~a') or '')
  end
end

local stopped = 0
for _, id in ipairs(at) do
  if is_stopped(id) then stopped = 1 end
end
local state = redis.call('HMGET', STATE, 'begun', 'seeded', 'floor_for', 'at', 'parts', 'said', 'stood')
local how = redis.call('HGET', STATE, 'again:' .. at[1])
return {
  'work', at, words(state[5]),
  state[1] ~= EPOCH and 1 or 0,
  state[2] and 1 or 0,
  state[3] == state[4] and 1 or 0,
  stopped,
  state[6] and 1 or 0,
  state[7] or '',
  how or '',
}
