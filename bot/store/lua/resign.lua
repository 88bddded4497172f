-- Replace an entry of the audit by the same without its signature; where it is gone there is nothing to do.
-- KEYS  1 audit      ARGV  1 the entry   2 what it is to be
local place = redis.call('LPOS', KEYS[1], ARGV[1])
if place then redis.call('LSET', KEYS[1], place, ARGV[2]) end
return {'signed'}
