-- Take over what a dead worker left: lead where the lease ran out and something is pending.
if redis.call('ZCARD', PENDING) == 0 then return {'idle'}, true end
local reply = lease()
return reply, reply[1] == 'queued'
