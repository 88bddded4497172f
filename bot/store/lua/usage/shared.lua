-- Before every script of the ledger. Amounts are whole nano-dollars, below 2^53: Lua counts exactly
-- up to there, but writes such numbers in a form that HINCRBY does not read, hence `whole`.
--
-- KEYS  1 h a day's budgets   2 h reservations by id   3 z when each runs out   4 h what they hold
local BUDGETS, RESERVED, UNTIL, HELD = unpack(KEYS)
local DAY = 86400 -- seconds

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function number(stored)
  return tonumber(stored or 0) or 0
end

local function whole(amount)
  return string.format('%.0f', amount)
end

-- Give back what a reservation holds; one that is not there any more holds nothing.
-- ZREM goes first: it needs no memory, and once a script has written, a full store lets it go on.
local function free(id)
  redis.call('ZREM', UNTIL, id)
  local kept = redis.call('HGET', RESERVED, id)
  if kept then
    local reservation = cmsgpack.unpack(kept)
    for _, scope in ipairs(reservation.scopes) do
      local held = reservation.day .. ' ' .. scope
      local left = number(redis.call('HGET', HELD, held)) - reservation.amount
      if left > 0 then
        redis.call('HSET', HELD, held, whole(left))
      else
        redis.call('HDEL', HELD, held)
      end
    end
    local answer = 'for ' .. (reservation.answer or '')
    if redis.call('HGET', RESERVED, answer) == id then redis.call('HDEL', RESERVED, answer) end
    redis.call('HDEL', RESERVED, id)
  end
end

local function free_for(answer)
  local id = redis.call('HGET', RESERVED, 'for ' .. answer)
  if id then free(id) end
end
