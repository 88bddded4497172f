-- Erase turns of people who had us forget them, and the answers to these: what no index led to.
local stub = ...
for _, id in ipairs({select(2, ...)}) do
  for _, turn in ipairs({id, id .. '~a'}) do
    if redis.call('HEXISTS', TURNS, turn) == 1 and not is_erased(turn) then erase(turn, stub) end
  end
end
return {'erased'}, AS_IT_IS
