-- Before every script about answers at once. A scope, a person or a channel, has answers that are being
-- written, and a queue of questions that wait for it; both are kept by the one who has them, who says
-- again and again that he is there.
--
-- KEYS  of each slot, seven: 1 the epoch of the lease it is held under; then of its person and of its
--       channel: z held, by when each runs out   z queue, by when each was asked   z seen, by when who
--       waits there is taken for dead
local SCOPES, WIDTH = 2, 7

local time = redis.call('TIME')
local NOW = time[1] * 1000 + math.floor(time[2] / 1000)

-- The scopes of the slot whose keys begin behind `offset`, without what is over in them.
local function scopes(offset)
  local found = {}
  for i = 1, SCOPES do
    local at = offset + 2 + (i - 1) * 3
    local scope = {held = KEYS[at], queue = KEYS[at + 1], seen = KEYS[at + 2]}
    redis.call('ZREMRANGEBYSCORE', scope.held, '-inf', NOW)
    for _, dead in ipairs(redis.call('ZRANGEBYSCORE', scope.seen, '-inf', NOW)) do
      redis.call('ZREM', scope.queue, dead)
      redis.call('ZREM', scope.seen, dead)
    end
    found[i] = scope
  end
  return found
end

local function step_out(scope, id)
  redis.call('ZREM', scope.queue, id)
  redis.call('ZREM', scope.seen, id)
end

local function hold(slot, of, id, epoch, lease)
  redis.call('SET', slot, epoch, 'PX', lease)
  for _, scope in ipairs(of) do
    step_out(scope, id)
    redis.call('ZADD', scope.held, NOW + lease, id)
    redis.call('PEXPIRE', scope.held, lease)
  end
end
