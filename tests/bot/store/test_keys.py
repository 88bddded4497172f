"""The guard of keys without an end is itself guarded."""

from typing import Any

from redis import Redis

from tests.keys import keys_for_ever


def test_a_key_without_an_end_is_told_unless_it_is_on_the_list(store_url: str) -> None:
    client: Any = Redis.from_url(store_url)  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
    with client:
        client.set("stray", 1)
        client.set("fleeting", 1, ex=60)
        client.zadd("bot:due", {"a": 1})

        assert keys_for_ever(client) == ["stray"]
        client.delete("stray")
        assert keys_for_ever(client) == []
