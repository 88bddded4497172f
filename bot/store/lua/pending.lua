-- Read: the questions that are pending, as id, value, id, value ...
-- KEYS  1 h turns   2 q pending      ARGV  1 how many at most
local found = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, ARGV[1] - 1)) do
  local value = redis.call('HGET', KEYS[1], id)
  if value then
    found[#found + 1] = id
    found[#found + 1] = value
  end
end
return found
