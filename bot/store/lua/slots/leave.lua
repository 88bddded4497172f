-- Leave a slot, or its queue. A slot that a later lease has taken over is not ours to leave.
--
-- ARGV  1 id   2 epoch
-- Answers with the ids of those who are next in the queues of both scopes: a few, since others may leave
-- before the first of them has looked.
local NEXT = 3
local id, epoch = ARGV[1], tonumber(ARGV[2])
if tonumber(redis.call('GET', KEYS[1]) or -1) > epoch then return {} end

redis.call('DEL', KEYS[1])
local following = {}
for _, scope in ipairs(scopes(0)) do
  redis.call('ZREM', scope.held, id)
  step_out(scope, id)
  for _, waiting in ipairs(redis.call('ZRANGE', scope.queue, 0, NEXT - 1)) do
    following[#following + 1] = waiting
  end
end
return following
