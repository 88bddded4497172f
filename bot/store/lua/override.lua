-- Change what holds in one place, if it is still what the caller saw; keep what it was, and who did it.
-- KEYS  1 overrides   2 undo   3 audit   4 version
-- ARGV  1 place   2 what it was   3 what it is to be   4 the list that undoes, as it is to be
--       5 entry of the audit, which is like no other   6 entries kept
-- What says nothing is ''. Sent again because its reply was lost, it answers the same.
local place, was, is, undo, entry, kept = unpack(ARGV)
if redis.call('LINDEX', KEYS[3], 0) == entry then return {'changed'} end
if (redis.call('HGET', KEYS[1], place) or '') ~= was then return {'stale'} end

local function put(key, value)
  if value == '' then redis.call('HDEL', key, place) else redis.call('HSET', key, place, value) end
end

put(KEYS[1], is)
put(KEYS[2], undo)
redis.call('LPUSH', KEYS[3], entry)
redis.call('LTRIM', KEYS[3], 0, kept - 1)
redis.call('INCR', KEYS[4])
return {'changed'}
