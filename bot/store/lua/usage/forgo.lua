-- Give back what a worker set aside for an answer and died over, where nobody asks for that answer again.
-- ARGV  1 for which answer
free_for(ARGV[1])
return {'given back'}
