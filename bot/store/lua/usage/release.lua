-- Give a reservation back whose call cost nothing.
-- ARGV  1 id
free(ARGV[1])
return {'released'}
