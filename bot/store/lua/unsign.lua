-- Replace what holds in one place, and the list that undoes it, by the same without a signature, if both are
-- still what the caller saw.
-- KEYS  1 overrides   2 undo   3 version
-- ARGV  1 place   2 3 what holds: as it was, as it is to be   4 5 the list: likewise; '' for none
local place = ARGV[1]
local function is(key, value) return (redis.call('HGET', key, place) or '') == value end
if is(KEYS[1], ARGV[3]) and is(KEYS[2], ARGV[5]) then return {'signed'} end
if not is(KEYS[1], ARGV[2]) or not is(KEYS[2], ARGV[4]) then return {'stale'} end
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], place, ARGV[3]) end
if ARGV[5] ~= '' then redis.call('HSET', KEYS[2], place, ARGV[5]) end
redis.call('INCR', KEYS[3])
return {'signed'}
