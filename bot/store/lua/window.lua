-- Read: the turns from the floor up to and including the last question, as id, value, id, value ...
-- A question older than the floor is read alone.
-- KEYS  1 h turns   2 z order   3 m state      ARGV  the questions, in order
local CHUNK = 100 -- well below the number of values that Lua unpacks
local first = redis.call('ZRANK', KEYS[2], ARGV[1])
local last = redis.call('ZRANK', KEYS[2], ARGV[#ARGV])
if not first or not last then return {} end
local floor = redis.call('HGET', KEYS[3], 'floor') or 0
local from = math.min(first, redis.call('ZCOUNT', KEYS[2], '-inf', '(' .. floor))

local window = {}
for start = from, last, CHUNK do
  local ids = redis.call('ZRANGE', KEYS[2], start, math.min(start + CHUNK - 1, last))
  local values = redis.call('HMGET', KEYS[1], unpack(ids))
  for i, value in ipairs(values) do
    if value and not string.find(value, '^%d+,[xs],') then
      window[#window + 1] = ids[i]
      window[#window + 1] = value
    end
  end
end
return window
