-- The attempt failed. A service in trouble opens the circuit with so many failures in a row, within a window
-- and from whichever process; where it names a time to come back at, all pause. Where that is longer than we
-- pause (`cut`), the circuit is open behind the pause, so that one finds out how it is. Tells whether
-- it is open, and whether it was this failure that opened it.
local begun, ailing, why, pause = ARGV[1] == '1', ARGV[2] == '1', ARGV[3], tonumber(ARGV[4])
local cut = ARGV[5] == '1'
local enough, window, probing, longest_open = tonumber(ARGV[6]), ARGV[7], ARGV[8], ARGV[9]

-- Unless it had begun to answer, no token was counted.
if begun then redis.call('DEL', TICKET) else settle(1, 0, 0) end
correct({unpack(ARGV, 10)})
local paused = math.max(0, redis.call('PTTL', PAUSE))
if pause > paused then
  redis.call('SET', PAUSE, why, 'PX', pause)
  paused = pause
end

local open, opens = redis.call('EXISTS', CIRCUIT) == 1, false
if ailing and not open then
  redis.call('ZREMRANGEBYSCORE', FAILURES, '-inf', NOW - window)
  redis.call('ZADD', FAILURES, NOW, TICKET)
  redis.call('PEXPIRE', FAILURES, window)
  opens = cut or redis.call('ZCARD', FAILURES) >= enough
  if opens then redis.call('HSET', CIRCUIT, 'opened', NOW, 'probe', NOW + (cut and 0 or probing)) end
end
open = open or opens
if ailing and open then
  redis.call('HSET', CIRCUIT, 'why', why)
  redis.call('PEXPIRE', CIRCUIT, paused + longest_open)
end
return {open and 1 or 0, opens and 1 or 0}
