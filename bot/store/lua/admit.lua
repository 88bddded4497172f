-- May this attempt go? 'go' or, through an open circuit, 'probe'; or else why it waits, how many ms, and the
-- trouble that all of them have, where there is one.
local weight, patience, probing, longest_open = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
local fresh = tonumber(ARGV[5])

-- Whether what we know of the limits may be wrong by now: nobody was told of them for so long that every
-- bucket of theirs has filled, or by a clock that went back since.
local function is_stale()
  local age = NOW - number(redis.call('HGET', LEVELS, 'told'), 0)
  return age < 0 or age >= fresh
end

-- Whether this attempt goes first, to be told of the limits anew: one does in each `probing` ms.
local function scouts()
  local age = NOW - number(redis.call('HGET', LEVELS, 'scouted'), 0)
  if age >= 0 and age < tonumber(probing) then return false end
  redis.call('HSET', LEVELS, 'scouted', NOW)
  return true
end

-- Take its share of each limit; how long until it may go. nil: nothing is taken, for a reason and as long.
local function take()
  local found = meters()
  local learned = redis.call('HMGET', LEVELS, 'ratio', 'output:expected')
  local cost = {requests = 1, input = weight * number(learned[1], 1), output = number(learned[2], 500)}
  local wait = 0
  for name, meter in pairs(found) do
    -- What exceeds the limit itself waits for an untouched one, rather than for ever.
    local over = meter.level + math.min(cost[name], meter.limit) - meter.limit
    wait = math.max(wait, math.ceil(over * MINUTE / meter.limit))
  end
  if wait > 0 and is_stale() then
    if not scouts() then return nil, 'full', tonumber(probing) end
    wait = 0
  end
  if wait > patience then return nil, 'late', wait end
  for name, meter in pairs(found) do
    meter.level = meter.level + cost[name]
    redis.call('HSET', TICKET, name, string.format('%.6f', cost[name]))
  end
  keep(found)
  redis.call('HSET', TICKET, 'at', NOW + wait)
  redis.call('PEXPIRE', TICKET, KEEP_TICKET)
  return NOW + wait
end

local gone = redis.call('HGET', TICKET, 'gone')
if gone then return {gone, 0, ''} end

local paused = redis.call('PTTL', PAUSE)
if paused > 0 then return {'paused', paused, redis.call('GET', PAUSE)} end
local open_for = redis.call('HGET', CIRCUIT, 'why')
if open_for then
  local free = number(redis.call('HGET', CIRCUIT, 'probe'), 0) - NOW
  if free > 0 then return {'open', free, open_for} end
end

local at = tonumber(redis.call('HGET', TICKET, 'at'))
if not at then
  local why, wait
  at, why, wait = take()
  if not at then return {why, wait, ''} end
end
if at > NOW then return {'full', at - NOW, ''} end

if open_for then
  redis.call('HSET', CIRCUIT, 'probe', NOW + probing)
  redis.call('PEXPIRE', CIRCUIT, longest_open)
end
redis.call('HSET', TICKET, 'gone', open_for and 'probe' or 'go', 'went', NOW)
redis.call('PEXPIRE', TICKET, KEEP_TICKET)
return {open_for and 'probe' or 'go', 0, ''}
