-- Read: the members of the due set whose time has come, the longest waiting first.
-- KEYS  1 the due set      ARGV  1 how many at most
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
