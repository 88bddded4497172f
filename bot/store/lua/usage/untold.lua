-- Nobody was told after all that budgets near their end: that is left to the next call.
-- ARGV  scope of each
for _, scope in ipairs(ARGV) do redis.call('HDEL', BUDGETS, 'told ' .. scope) end
return {'untold'}
