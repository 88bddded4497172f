-- Take a message in: is it new, is it ours, remember it, owe it an answer, try to lead.
-- We take part from the time on that `part` holds: that of the earliest question to us.
-- Where we are to be quiet, only `answer` is owed one; nor is what was said meanwhile, once we are not.
-- A person's turn is stored as `u`, and becomes `q` when it is a question that we owe an answer.
-- Behind the outcome stands the roll call.
local id, value, score, wish, retention, most, people = ...

local function owe(stored)
  redis.call('HSET', TURNS, id, (string.gsub(stored, '^(%d+),u,', '%1,q,', 1)))
  redis.call('ZADD', PENDING, score, id)
  local part = redis.call('HGET', STATE, 'part')
  if not part or tonumber(score) < tonumber(part) then redis.call('HSET', STATE, 'part', score) end
  redis.call('HSET', STATE, 'ttl', retention)
  return lease()
end

if wish == 'join' or wish == 'follow' then
  local told = redis.call('HMGET', STATE, 'quiet', 'woken')
  if told[1] or tonumber(score) <= tonumber(told[2] or -1) then
    wish = 'remember'
  elseif wish == 'join' then
    wish = 'answer'
  end
end

local function taken_in()
  local stored = redis.call('HGET', TURNS, id)
  if stored then
    if redis.call('ZSCORE', PENDING, id) then return lease() end
    if wish == 'answer' and string.find(stored, '^%d+,u,') then return owe(stored) end
    return {'repeated'}, true
  end
  if evicted(score) then return {'repeated'}, true end
  local part = redis.call('HGET', STATE, 'part')
  if wish ~= 'answer' and not part then return {'ignored'}, true end
  -- What was said before we were called, or in the same moment, is no question to us, however late it
  -- is delivered.
  if wish == 'follow' and tonumber(score) <= tonumber(part) then wish = 'remember' end

  remember(id, value, score, people)
  redis.call('HSET', STATE, 'ttl', retention)
  local reply = wish == 'remember' and {'stored'} or owe(value)
  trim(most)
  return reply
end

local outcome, unchanged = taken_in()
outcome[#outcome + 1] = roll_call()
return outcome, unchanged
