"""What the store may keep for ever: nothing but a named list of keys."""

from typing import Any

from bot.store import KEYS_WITHOUT_TTL

FOR_EVER = -1  # how the server tells that a key has no end


def keys_for_ever(client: Any) -> list[str]:
    """The keys that a Redis *client* finds without an end, and that are not on the list."""
    names = sorted(key.decode() for key in client.scan_iter() if client.ttl(key) == FOR_EVER)
    return [name for name in names if name not in KEYS_WITHOUT_TTL]
