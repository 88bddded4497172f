-- Set an amount aside in each scope, unless what is spent and held there reaches a scope's cap: so no
-- more than one call can lead beyond it. May be repeated: a reservation that is there answers as it did.
--
-- ARGV  1 id, '' to look only   2 for which answer, '' for none: what was set aside for the same one
--       by a worker that died over it is given back   3 amount   4 day   5 ms until it runs out
--       6 1 where somebody is told that a budget nears its end, else 0
--       7.. scope, cap of each; cap 0 for no limit
local id, answer, amount, day, lease = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local MOST_EXPIRED = 64 -- a call: bounds how long one script holds up the server

local known = redis.call('HGET', RESERVED, id)
if known then
  local reservation = cmsgpack.unpack(known)
  return {'reserved', reservation.near, reservation.fresh}
end

for _, dead in ipairs(redis.call('ZRANGEBYSCORE', UNTIL, '-inf', now(), 'LIMIT', 0, MOST_EXPIRED)) do
  free(dead)
end
if answer ~= '' then free_for(answer) end

local scopes, near, fresh, full = {}, {}, {}, nil
local told = {}
for i = 7, #ARGV, 2 do
  local scope, cap = ARGV[i], tonumber(ARGV[i + 1])
  scopes[#scopes + 1] = scope
  if cap > 0 then
    cap = cap + number(redis.call('HGET', BUDGETS, 'granted ' .. scope))
    local spent = number(redis.call('HGET', BUDGETS, 'spent ' .. scope))
    local held = number(redis.call('HGET', HELD, day .. ' ' .. scope))
    -- A scope that is spent says more than one that is only held for now.
    if spent + held >= cap and (not full or (full.spent < full.cap and spent >= cap)) then
      full = {scope = scope, cap = cap, spent = spent, held = held}
    end
    if spent * 10 >= cap * 8 then
      near[#near + 1] = scope
      if ARGV[6] == '1' and redis.call('HGET', BUDGETS, 'told ' .. scope) ~= whole(cap) then
        fresh[#fresh + 1] = scope
        told[#told + 1] = 'told ' .. scope
        told[#told + 1] = whole(cap)
      end
    end
  end
end
if full then return {'full', full.scope, whole(full.cap), whole(full.spent), whole(full.held)} end
if id == '' then return {'open'} end

if #told > 0 then redis.call('HSET', BUDGETS, unpack(told)) end
for _, scope in ipairs(scopes) do
  local held = day .. ' ' .. scope
  redis.call('HSET', HELD, held, whole(number(redis.call('HGET', HELD, held)) + amount))
end
local reservation =
  {amount = amount, day = day, scopes = scopes, near = near, fresh = fresh, answer = answer}
redis.call('HSET', RESERVED, id, cmsgpack.pack(reservation))
if answer ~= '' then redis.call('HSET', RESERVED, 'for ' .. answer, id) end
redis.call('ZADD', UNTIL, now() + lease, id)
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, 3 * DAY + math.ceil(lease / 1000)) end
return {'reserved', near, fresh}
