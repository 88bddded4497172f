-- May this attempt go? 'go' or, through an open circuit, 'probe'; or else why it waits, how many ms, and the
-- trouble that all of them have, where there is one.
local weight, patience, probing, longest_open = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]

-- Take its share of each limit; how long until it may go. nil: longer than its patience, nothing taken.
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
  if wait > patience then return nil, wait end
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
  local late
  at, late = take()
  if not at then return {'late', late, ''} end
end
if at > NOW then return {'full', at - NOW, ''} end

if open_for then
  redis.call('HSET', CIRCUIT, 'probe', NOW + probing)
  redis.call('PEXPIRE', CIRCUIT, longest_open)
end
redis.call('HSET', TICKET, 'gone', open_for and 'probe' or 'go', 'went', NOW)
redis.call('PEXPIRE', TICKET, KEEP_TICKET)
return {open_for and 'probe' or 'go', 0, ''}
