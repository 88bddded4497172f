-- Count what a person used on a day as somebody else's, who is nobody, and drop what they were called.
-- KEYS  5 h the day's lines and names      ARGV  1 the person   2 who is nobody
local LINES, mine, theirs = KEYS[5], 'line ' .. ARGV[1] .. ' ', 'line ' .. ARGV[2] .. ' '
for _, line in ipairs(redis.call('HKEYS', LINES)) do
  if string.sub(line, 1, #mine) == mine then
    local joined, sums = theirs .. string.sub(line, #mine + 1), {}
    for _, one in ipairs({joined, line}) do
      local place = 0
      for count in string.gmatch(redis.call('HGET', LINES, one) or '', '%S+') do
        place = place + 1
        sums[place] = whole(number(sums[place]) + number(count))
      end
    end
    -- In this order: a hash without a field is gone, with its end.
    redis.call('HSET', LINES, joined, table.concat(sums, ' '))
    redis.call('HDEL', LINES, line)
  end
end
redis.call('HDEL', LINES, 'name ' .. ARGV[1])
return {'anonymous'}
