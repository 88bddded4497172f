-- Around every script about one model's rate limits: the words they share. Each limit is GCRA kept as a
-- level: what was taken and has not run off yet, at an even rate, in a minute. A level above its limit is a
-- queue: whoever came later waits until the level has run off to where it fits.
--
-- KEYS  1 levels and limits   2 pause   3 circuit   4 its failures   5 the ticket of this very attempt
-- A ticket makes each script repeatable: it says what was taken for it, and is gone when that is settled.
local LEVELS, PAUSE, CIRCUIT, FAILURES, TICKET = unpack(KEYS)
local DIMENSIONS = {'requests', 'input', 'output'}
local MINUTE = 60000 -- ms
local MARGIN = 0.95 -- of a limit that we take: clocks and estimates are never exact
local KEEP_LEVELS = 600000 -- ms that limits are believed in without being told again
local KEEP_TICKET = 3600000 -- ms: no answer takes longer
local LEARNING = 0.1 -- how much the newest answer counts in what is expected of the next one

local time = redis.call('TIME')
local NOW = time[1] * 1000 + math.floor(time[2] / 1000)

local function number(value, otherwise)
  return tonumber(value or otherwise) or otherwise
end

-- The level and limit of each dimension that has a limit, as they are by now. `floor` is what of the level
-- the API itself has told: no estimate that turns out too large takes it back.
local function meters()
  local at = tonumber(redis.call('HGET', LEVELS, 'at') or NOW)
  local found = {}
  for _, name in ipairs(DIMENSIONS) do
    local kept = redis.call('HMGET', LEVELS, name, name .. ':limit', name .. ':floor')
    local limit = tonumber(kept[2])
    if limit then
      local run_off = math.max(0, NOW - at) * limit / MINUTE
      found[name] = {
        limit = limit,
        level = math.max(0, number(kept[1], 0) - run_off),
        floor = math.max(0, number(kept[3], 0) - run_off),
      }
    end
  end
  return found
end

local function keep(found)
  local values = {'at', NOW}
  for name, meter in pairs(found) do
    for field, value in pairs({[''] = meter.level, [':limit'] = meter.limit, [':floor'] = meter.floor}) do
      values[#values + 1] = name .. field
      values[#values + 1] = string.format('%.6f', value)
    end
  end
  if #values > 2 then redis.call('HSET', LEVELS, unpack(values)) end
end

-- Believe the API where it has less left than we thought; where it has more, the level runs off by itself.
-- `told` is limit and rest of each dimension, then whose limits they are, '' where it was not told. What was
-- counted under the limits of another organisation counts nothing.
local function correct(told)
  local whose, before = told[2 * #DIMENSIONS + 1], redis.call('HGET', LEVELS, 'organization')
  if before and whose ~= '' and whose ~= before then redis.call('DEL', LEVELS) end
  local found, heard = meters(), false
  for i, name in ipairs(DIMENSIONS) do
    local limit, left = tonumber(told[2 * i - 1]), tonumber(told[2 * i])
    if limit and left then
      local known, used = found[name] or {level = 0, floor = 0}, (limit - left) * MARGIN
      found[name] = {
        limit = limit * MARGIN,
        level = math.max(known.level, used),
        floor = math.max(known.floor, used),
      }
      heard = true
    end
  end
  if not heard then return end
  keep(found)
  redis.call('HSET', LEVELS, 'told', NOW)
  if whose ~= '' then redis.call('HSET', LEVELS, 'organization', whose) end
  redis.call('PEXPIRE', LEVELS, KEEP_LEVELS)
end

-- The attempt is done with: what it took instead of what was taken for it. '' leaves that as it is.
local function settle(...)
  local found, took = meters(), {...}
  for i, name in ipairs(DIMENSIONS) do
    local taken, used = tonumber(redis.call('HGET', TICKET, name)), tonumber(took[i])
    if found[name] and taken and used then
      found[name].level = math.max(found[name].floor, found[name].level + used - taken)
    end
  end
  redis.call('DEL', TICKET)
  keep(found)
end

@script
