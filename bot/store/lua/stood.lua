-- Note which tier stands in for the conversation's own, '' for none.
local tier = ...
if tier == '' then redis.call('HDEL', STATE, 'stood') else redis.call('HSET', STATE, 'stood', tier) end
return {'noted'}
