-- Note what Claude has said to the pinned questions, whole, before it is shown to the end: whoever has
-- to go on with it only shows it, and does not ask again.
local said = ...
redis.call('HSET', STATE, 'said', said)
return {'noted'}
