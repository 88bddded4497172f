-- Give a reservation back, and count what its call used: in the day's line and in the scopes' spending.
-- A call that was counted is not counted again, whoever settles it how often.
--
-- KEYS  5 h the day's lines and names   6 the mark of this very call
-- ARGV  1 id of the reservation, '' for none   2 who settles, so that one who asks again hears the same
--       3 seconds that the mark lasts   4 and the day's lines   5 cost   6 line   7 user   8 name
--       9 how many scopes, then they, then the counts of the line
local LINES, MARK = KEYS[5], KEYS[6]
local id, settler, marked_for, kept_for, cost, line, user, name, scopes = unpack(ARGV, 1, 9)

if id ~= '' then free(id) end
if not redis.call('SET', MARK, settler, 'NX', 'EX', marked_for) then
  return {redis.call('GET', MARK) == settler and 'counted' or 'repeated'}
end

local sums = {} -- of a later version's counts too, which stay as they are
for stored in string.gmatch(redis.call('HGET', LINES, line) or '', '%S+') do sums[#sums + 1] = stored end
for i, count in ipairs({unpack(ARGV, 10 + scopes)}) do sums[i] = whole(number(sums[i]) + count) end
redis.call('HSET', LINES, line, table.concat(sums, ' '), 'name ' .. user, name)
redis.call('EXPIRE', LINES, kept_for)

for i = 10, 9 + scopes do
  local spent = 'spent ' .. ARGV[i]
  redis.call('HSET', BUDGETS, spent, whole(number(redis.call('HGET', BUDGETS, spent)) + cost))
end
redis.call('EXPIRE', BUDGETS, 3 * DAY)
return {'counted'}
