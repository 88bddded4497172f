-- Add to a scope's cap for one day, once for each occasion. Tells all that was granted there that day.
-- KEYS  5 the mark of this occasion      ARGV  1 scope   2 amount
local MARK, granted, amount = KEYS[5], 'granted ' .. ARGV[1], ARGV[2]
if redis.call('SET', MARK, 1, 'NX', 'EX', 3 * DAY) then
  local sum = number(redis.call('HGET', BUDGETS, granted)) + amount
  redis.call('HSET', BUDGETS, granted, whole(sum))
  redis.call('EXPIRE', BUDGETS, 3 * DAY)
end
return {'granted', redis.call('HGET', BUDGETS, granted) or '0'}
