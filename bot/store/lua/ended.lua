-- Note what Claude has said to the pinned questions, whole, before it is shown to the end: whoever has
-- to go on with it only shows it, and does not ask again. Nothing of it stays where a question was erased.
local said = ...
for _, id in ipairs(words(redis.call('HGET', STATE, 'at'))) do
  if is_erased(id) then return {'noted'}, true end
end
redis.call('HSET', STATE, 'said', said)
return {'noted'}
