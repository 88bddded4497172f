-- Give a reservation back, and count what its call used: in the day's line and in the scopes' spending.
-- A call that was counted is not counted again, whoever settles it how often.
--
-- KEYS  5 h the day's lines and names   6 the mark of this very call
-- ARGV  1 id of the reservation, '' for none   2 seconds that the mark lasts   3 and the day's lines
--       4 cost   5 line   6 user   7 name   8 how many scopes, then they, then the counts of the line
local LINES, MARK = KEYS[5], KEYS[6]
local id, marked_for, kept_for, cost, line, user, name, scopes = unpack(ARGV, 1, 8)

if id ~= '' then free(id) end
if not redis.call('SET', MARK, 1, 'NX', 'EX', marked_for) then return {'repeated'} end

local sums = {}
for stored in string.gmatch(redis.call('HGET', LINES, line) or '', '%S+') do
  sums[#sums + 1] = number(stored)
end
local counts = {unpack(ARGV, 9 + scopes)}
for i, count in ipairs(counts) do counts[i] = whole((sums[i] or 0) + count) end
redis.call('HSET', LINES, line, table.concat(counts, ' '), 'name ' .. user, name)
redis.call('EXPIRE', LINES, kept_for)

for i = 9, 8 + scopes do
  local spent = 'spent ' .. ARGV[i]
  redis.call('HSET', BUDGETS, spent, whole(number(redis.call('HGET', BUDGETS, spent)) + cost))
end
redis.call('EXPIRE', BUDGETS, 3 * DAY)
return {'counted'}
