-- Read: the members of the due set that lie within a channel: itself and its threads.
-- KEYS  1 the due set      ARGV  1 key of the channel
local channel, found = ARGV[1], {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if member == channel or string.sub(member, 1, #channel + 1) == channel .. ':' then
    found[#found + 1] = member
  end
end
return found
