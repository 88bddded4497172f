-- The attempt is over, and this is what it took: requests, input, output. With its prompt's `weight` the
-- next ones learn from it how much an estimate is worth, since no cache that is read counts.
local requests, input, output, weight = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local learns = weight and redis.call('EXISTS', LEVELS) == 1 and redis.call('EXISTS', TICKET) == 1

settle(requests, input, output)
if learns then
  local known = redis.call('HMGET', LEVELS, 'ratio', 'output:expected')
  local ratio, expected = number(known[1], 1), number(known[2], 500)
  local was = math.min(4, tonumber(input) / math.max(1, weight))
  redis.call(
    'HSET', LEVELS,
    'ratio', string.format('%.6f', ratio + LEARNING * (was - ratio)),
    'output:expected', string.format('%.6f', expected + LEARNING * (tonumber(output) - expected))
  )
end
return {}
