-- The attempt failed. A service in trouble opens the circuit with so many failures in a row, within a window
-- and from whichever process; where it names a time to come back at, all pause. Tells whether
-- it is open, and whether it was this failure that opened it.
local begun, ailing, why, pause = ARGV[1] == '1', ARGV[2] == '1', ARGV[3], tonumber(ARGV[4])
local enough, window, probing, longest_open = tonumber(ARGV[5]), ARGV[6], ARGV[7], ARGV[8]

-- Unless it had begun to answer, no token was counted.
if begun then redis.call('DEL', TICKET) else settle(1, 0, 0) end
correct({unpack(ARGV, 9)})
if pause > math.max(0, redis.call('PTTL', PAUSE)) then redis.call('SET', PAUSE, why, 'PX', pause) end

local open, opens = redis.call('EXISTS', CIRCUIT) == 1, false
if ailing and not open then
  redis.call('ZREMRANGEBYSCORE', FAILURES, '-inf', NOW - window)
  redis.call('ZADD', FAILURES, NOW, TICKET)
  redis.call('PEXPIRE', FAILURES, window)
  opens = redis.call('ZCARD', FAILURES) >= enough
  if opens then redis.call('HSET', CIRCUIT, 'opened', NOW, 'probe', NOW + probing) end
end
open = open or opens
if ailing and open then
  redis.call('HSET', CIRCUIT, 'why', why)
  redis.call('PEXPIRE', CIRCUIT, longest_open)
end
return {open and 1 or 0, opens and 1 or 0}
