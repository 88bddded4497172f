-- Drop a due member of the due set that nobody has touched since its score was read. A score that is
-- due can't be one that was given anew, so this may be repeated.
-- KEYS  1 the due set      ARGV  1 member   2 the score that was read
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if score == ARGV[2] and tonumber(score) <= now then redis.call('ZREM', KEYS[1], ARGV[1]) end
return {}
