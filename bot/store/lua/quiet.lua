-- Be quiet, or again not; what was said until we are woken is no question to us, however late it is delivered.
local quiet, retention = ...
if redis.call('HEXISTS', STATE, 'quiet') == tonumber(quiet) then return {'held'}, true end
redis.call('HSET', STATE, 'ttl', retention)
if quiet == '1' then
  redis.call('HSET', STATE, 'quiet', 1)
else
  local newest = redis.call('ZRANGE', ORDER, -1, -1, 'WITHSCORES')[2]
  if newest then redis.call('HSET', STATE, 'woken', newest) end
  redis.call('HDEL', STATE, 'quiet')
end
return {'switched'}
