"""All that a store holds, key by key, for tests that look for what must not be there."""

from typing import Any


async def contents(client: Any) -> dict[str, str]:
    """What each key holds, as text; names of keys are part of it."""
    found: dict[str, str] = {}
    async for key in client.scan_iter(count=1000):
        match await client.type(key):
            case b"hash":
                held = await client.hgetall(key)
            case b"zset":
                held = await client.zrange(key, 0, -1, withscores=True)
            case b"list":
                held = await client.lrange(key, 0, -1)
            case b"set":
                held = await client.smembers(key)
            case _:
                held = await client.get(key)
        found[key.decode()] = f"{key!r} {held!r}"
    return found


async def holding(client: Any, *words: str) -> dict[str, str]:
    """The keys that hold one of *words*, whoever wrote it."""
    held = await contents(client)
    return {key: what for key, what in held.items() if any(word in what for word in words)}
