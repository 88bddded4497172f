-- Around every script that changes a conversation: the words they share, the guard of the lease, and
-- one promise: a script sent again because its reply was lost answers the same and changes nothing.
--
-- KEYS  1 the reply of this very call   2 h turns   3 z order   4 q pending   5 a aliases   6 m state
--       7 w turn -> the people whose words it holds   8 p `person turn`, to find a person's turns by
-- ARGV  1 epoch of the lease, '' where none is needed   2 worker   3 lease in ms   4.. the script's own
--
-- A script returns its reply, and true where it changed nothing: that reply is not kept, so that a
-- message which is none of ours leaves no key behind. AS_IT_IS instead of true: it has changed something
-- that is no use of the conversation, which therefore lives no longer for it.
local TOLD, TURNS, ORDER, PENDING, ALIASES, STATE, WHO, BY = unpack(KEYS)
local EPOCH, WORKER, LEASE = ARGV[1], ARGV[2], tonumber(ARGV[3])
local KEEP_REPLY = 120 -- seconds; a client that still repeats itself after this has given up long ago
local MOST_EVICTED = 64 -- a call: bounds how long one script holds up the server
local DAY = 86400000 -- ms
local AS_IT_IS = 'as it is'
local GONE = '0,x,0|' -- a turn that was erased

local told = redis.call('GET', TOLD)
if told then return cmsgpack.unpack(told) end

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function words(joined)
  local out = {}
  for word in string.gmatch(joined or '', '%S+') do out[#out + 1] = word end
  return out
end

local function extend()
  local leased_until = now() + LEASE
  redis.call('HSET', STATE, 'lu', leased_until)
  return leased_until
end

local function lease()
  local leased_until = tonumber(redis.call('HGET', STATE, 'lu') or 0)
  if leased_until >= now() then return {'queued', leased_until} end
  local epoch = redis.call('HINCRBY', STATE, 'epoch', 1)
  redis.call('HSET', STATE, 'owner', WORKER)
  return {'lead', extend(), epoch}
end

local function release()
  redis.call('HDEL', STATE, 'owner', 'lu')
end

-- The turns of a person, and then the first of the next one, in the order of BY: a space is less than '!'.
local function from(person) return '[' .. person .. ' ' end
local function beyond(person) return '(' .. person .. '!' end

-- Note whose words a turn holds. Who is here for the first time has a roll that does not tell so.
local function sign(id, people)
  for _, person in ipairs(words(people)) do
    local known = redis.call('ZRANGEBYLEX', BY, from(person), beyond(person), 'LIMIT', 0, 1)
    if #known == 0 then redis.call('HDEL', STATE, 'enrolled') end
    redis.call('ZADD', BY, 0, person .. ' ' .. id)
  end
  if people and people ~= '' then redis.call('HSET', WHO, id, people) end
end

local function detach(id)
  local parts = redis.call('HGET', ALIASES, id)
  for _, part in ipairs(words(parts)) do redis.call('HDEL', ALIASES, part) end
  redis.call('HDEL', ALIASES, id)
  for _, person in ipairs(words(redis.call('HGET', WHO, id))) do
    redis.call('ZREM', BY, person .. ' ' .. id)
  end
  redis.call('HDEL', WHO, id)
end

local function everybody()
  local people, after = {}, '-'
  while true do
    local found = redis.call('ZRANGEBYLEX', BY, after, '+', 'LIMIT', 0, 1)
    if #found == 0 then return people end
    people[#people + 1] = string.match(found[1], '^%S+')
    after = beyond(people[#people])
  end
end

-- Until when (ms) all who are here are to be found here, and they; nothing where that is promised for longer
-- than this lives. The promise is for twice as long as that, so that it is seldom renewed.
local function roll_call()
  local retention = tonumber(redis.call('HGET', STATE, 'ttl') or 0) * 1000
  if tonumber(redis.call('HGET', STATE, 'enrolled') or 0) >= now() + retention then return {} end
  local people = everybody()
  return #people > 0 and {now() + 2 * retention + DAY, unpack(people)} or {}
end

local function forget(id)
  detach(id)
  redis.call('HDEL', TURNS, id)
  redis.call('ZREM', ORDER, id)
end

-- Whether a turn of this time may have been here and been evicted, so that it cannot be told from new.
local function evicted(score)
  return tonumber(score) <= tonumber(redis.call('HGET', STATE, 'cut') or -1)
end

local function trim(most)
  local over = math.min(redis.call('ZCARD', ORDER) - tonumber(most), MOST_EVICTED)
  if over <= 0 then return end
  local oldest = redis.call('ZRANGE', ORDER, 0, over + redis.call('ZCARD', PENDING) - 1, 'WITHSCORES')
  for i = 1, #oldest, 2 do
    if over > 0 and not redis.call('ZSCORE', PENDING, oldest[i]) then
      forget(oldest[i])
      if not evicted(oldest[i + 1]) then redis.call('HSET', STATE, 'cut', oldest[i + 1]) end
      over = over - 1
    end
  end
end

local function remember(id, value, score, people)
  if redis.call('HSETNX', TURNS, id, value) == 0 then return end
  redis.call('ZADD', ORDER, score, id)
  sign(id, people)
end

local function is_erased(id)
  return string.find(redis.call('HGET', TURNS, id) or '', '^%d+,[fx],') ~= nil
end

-- Leave nothing of a turn but that it was here, so that it is not taken in again. A question that is owed an
-- answer stays owed as `stub`, and is stopped: whoever comes to it says so.
local function erase(id, stub)
  detach(id)
  if not redis.call('ZSCORE', PENDING, id) then
    redis.call('HSET', TURNS, id, GONE)
    return
  end
  redis.call('HSET', TURNS, id, (string.gsub(stub, '^(%d+),u,', '%1,f,', 1)))
  redis.call('HSET', STATE, 'stop:' .. id, 1)
  redis.call('HDEL', STATE, 'again:' .. id)
  for _, pinned in ipairs(words(redis.call('HGET', STATE, 'at'))) do
    if pinned == id then redis.call('HDEL', STATE, 'said') end
  end
end

local function change(...)
@script
end

if EPOCH ~= '' then
  local held = redis.call('HMGET', STATE, 'epoch', 'owner')
  if not held[1] then return {'lost'} end -- the server was emptied
  if held[1] ~= EPOCH or held[2] ~= WORKER then return {'fenced'} end
end
local reply, unchanged = change(unpack(ARGV, 4))
if unchanged == true then return reply end
if unchanged ~= AS_IT_IS then
  local retention = redis.call('HGET', STATE, 'ttl')
  for i = 2, #KEYS do redis.call('EXPIRE', KEYS[i], retention) end
end
redis.call('SET', TOLD, cmsgpack.pack(reply), 'EX', KEEP_REPLY)
return reply
