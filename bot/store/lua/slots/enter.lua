-- Hold a slot, or wait for it in the queue of the first scope that has none left: so who waits for one
-- scope stands in nobody's way in the other. May be repeated.
--
-- ARGV  1 id   2 epoch   3 when it was asked   4 ms that a slot is held   5 ms that who waits is believed
--       to be there   6, 7 caps of person and channel, 0 for none
-- Answers with the number of the scope that it waits for, 0 where the slot is held.
local id, epoch, asked_at, lease, patience =
  ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local of = scopes(0)

-- Held already: by us, whose reply was lost, or by a worker that died over the same question.
local held_under = tonumber(redis.call('GET', KEYS[1]) or -1)
if held_under > epoch then return {1} end -- a later lease has it: who asks will soon hear of that
if held_under >= 0 then
  hold(KEYS[1], of, id, epoch, lease)
  return {0}
end

local waits_for = 0
for i, scope in ipairs(of) do
  local cap = tonumber(ARGV[5 + i])
  if waits_for > 0 or cap == 0 then
    step_out(scope, id)
  else
    redis.call('ZADD', scope.queue, asked_at, id)
    redis.call('ZADD', scope.seen, NOW + patience, id)
    if redis.call('ZCARD', scope.held) + redis.call('ZRANK', scope.queue, id) >= cap then
      waits_for = i
      redis.call('PEXPIRE', scope.queue, patience)
      redis.call('PEXPIRE', scope.seen, patience)
    else
      step_out(scope, id)
    end
  end
end
if waits_for == 0 then hold(KEYS[1], of, id, epoch, lease) end
return {waits_for}
