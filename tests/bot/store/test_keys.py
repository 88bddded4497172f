"""The guard of keys without an end is itself guarded."""

from redis import Redis

from tests.keys import keys_for_ever


def test_a_key_without_an_end_is_told_unless_it_is_on_the_list(store_url: str) -> None:
    with Redis.from_url(store_url) as client:  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
        client.set("stray", 1)
        client.set("fleeting", 1, ex=60)
        client.zadd("bot:due", {"a": 1})

        assert keys_for_ever(client) == ["stray"]
        client.delete("stray")
        assert keys_for_ever(client) == []
