"""What the store may keep for ever: nothing but a named list of keys."""

from redis import Redis

from bot.store import KEYS_WITHOUT_TTL

FOR_EVER = -1  # how the server tells that a key has no end


def keys_for_ever(client: Redis) -> list[str]:
    """The keys in the store that live without an end and are not on the list of those that may."""
    keys: list[bytes] = list(client.scan_iter())  # pyright: ignore[reportUnknownMemberType]  - untyped in redis
    names = sorted(key.decode() for key in keys if client.ttl(key) == FOR_EVER)
    return [name for name in names if name not in KEYS_WITHOUT_TTL]
