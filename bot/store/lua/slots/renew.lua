-- Go on holding slots. One that was left or taken over meanwhile stays as it is.
--
-- ARGV  1 ms that a slot is held   then of each: id, epoch
local lease = tonumber(ARGV[1])
for i = 2, #ARGV, 2 do
  local offset = (i / 2 - 1) * WIDTH
  if redis.call('GET', KEYS[offset + 1]) == ARGV[i + 1] then
    hold(KEYS[offset + 1], scopes(offset), ARGV[i], ARGV[i + 1], lease)
  end
end
return {}
