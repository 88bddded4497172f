-- Leave turns out of every request from here on: Claude's API does not accept them.
for _, id in ipairs({...}) do
  local stored = redis.call('HGET', TURNS, id)
  if stored then redis.call('HSET', TURNS, id, (string.gsub(stored, '^(%d+),%l,', '%1,s,', 1))) end
end
return {'left out'}
