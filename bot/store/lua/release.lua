-- Hand the conversation over at once; what was begun stays pinned. Tells the time, and what is pending.
release()
return {'released', now(), redis.call('ZCARD', PENDING)}
