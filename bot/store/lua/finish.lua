-- The pinned questions are done: remember the answer, if there is one, and release or go on. An answer is
-- the askers' as much as ours; to a question that was erased meanwhile none is remembered.
local retention, most, id, value, score, parts = ...

-- HDEL goes first: it needs no memory, and once a script has written, a full store lets it go on. So
-- an answer that is there is still remembered.
local at, askers = words(redis.call('HGET', STATE, 'at')), {}
redis.call('HDEL', STATE, 'at', 'begun', 'parts', 'said')
for _, question in ipairs(at) do
  redis.call('ZREM', PENDING, question)
  redis.call('HDEL', STATE, 'stop:' .. question)
  -- Whatever comes of another answer to it, the one that stood is not there any more.
  if redis.call('HDEL', STATE, 'again:' .. question) == 1 then forget(question .. '~a') end
  if is_erased(question) then
    redis.call('HSET', TURNS, question, GONE)
    id = nil
  end
  askers[#askers + 1] = redis.call('HGET', WHO, question) or nil
end

if retention ~= '' then redis.call('HSET', STATE, 'ttl', retention) end
if id then
  remember(id, value, score, table.concat(askers, ' '))
  if parts ~= '' then redis.call('HSET', ALIASES, id, parts) end
  for _, part in ipairs(words(parts)) do redis.call('HSET', ALIASES, part, id) end
  trim(most)
end

if redis.call('ZCARD', PENDING) > 0 then
  extend()
  return {'more'}
end
release()
return {'done'}
