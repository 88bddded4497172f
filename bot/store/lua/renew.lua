-- Keep the lease, and tell whether a stop names a question that is being answered.
extend()
for _, id in ipairs(words(redis.call('HGET', STATE, 'at'))) do
  if redis.call('HEXISTS', STATE, 'stop:' .. id) == 1 then return {'stopped'} end
end
return {'renewed'}
