-- The API has begun to answer. While the circuit is open that closes it, but only for an attempt that went
-- after it had opened: what was under way by then proves nothing.
local opened = redis.call('HGET', CIRCUIT, 'opened')
local went = redis.call('HGET', TICKET, 'went')
if not opened then
  redis.call('DEL', FAILURES)
elseif went and tonumber(went) > tonumber(opened) then
  redis.call('DEL', CIRCUIT, FAILURES)
end
correct(ARGV)
return {opened and redis.call('EXISTS', CIRCUIT) == 0 and 1 or 0}
