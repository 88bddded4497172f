-- Erase what a person wrote here up to a time, and what was answered to it, some at a time. Tells how many
-- turns of people and of ours, how many of them were owed an answer, and behind what to go on, '' at the end.
local person, before, behind, most, stub = ...
local since = behind == '' and from(person) or '(' .. behind
local found = redis.call('ZRANGEBYLEX', BY, since, beyond(person), 'LIMIT', 0, most)
local said, answered, owed = 0, 0, 0
for _, member in ipairs(found) do
  local id = string.sub(member, #person + 2)
  if tonumber(redis.call('ZSCORE', ORDER, id) or 0) <= tonumber(before) then
    if redis.call('ZSCORE', PENDING, id) then owed = owed + 1 end
    if string.sub(id, -2) == '~a' then answered = answered + 1 else said = said + 1 end
    erase(id, stub)
  end
end
local more = #found == tonumber(most) and found[#found] or ''
return {'erased', said, answered, owed, more}, said + answered == 0 or AS_IT_IS
