-- Around every script that changes a conversation: the words they share, the guard of the lease, and
-- one promise: a script sent again because its reply was lost answers the same and changes nothing.
--
-- KEYS  1 the reply of this very call   2 h turns   3 z order   4 q pending   5 a aliases   6 m state
-- ARGV  1 epoch of the lease, '' where none is needed   2 worker   3 lease in ms   4.. the script's own
--
-- A script returns its reply, and true where it changed nothing: that reply is not kept, so that a
-- message which is none of ours leaves no key behind.
local TOLD, TURNS, ORDER, PENDING, ALIASES, STATE = unpack(KEYS)
local EPOCH, WORKER, LEASE = ARGV[1], ARGV[2], tonumber(ARGV[3])
local KEEP_REPLY = 120 -- seconds; a client that still repeats itself after this has given up long ago
local MOST_EVICTED = 64 -- a call: bounds how long one script holds up the server

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

local function forget(id)
  local parts = redis.call('HGET', ALIASES, id)
  for _, part in ipairs(words(parts)) do redis.call('HDEL', ALIASES, part) end
  redis.call('HDEL', ALIASES, id)
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

local function remember(id, value, score)
  if redis.call('HSETNX', TURNS, id, value) == 1 then redis.call('ZADD', ORDER, score, id) end
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
if unchanged then return reply end
local retention = redis.call('HGET', STATE, 'ttl')
for i = 2, #KEYS do redis.call('EXPIRE', KEYS[i], retention) end
redis.call('SET', TOLD, cmsgpack.pack(reply), 'EX', KEEP_REPLY)
return reply
