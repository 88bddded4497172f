"""What outlives a gap in the hearing: how far each platform was heard, and which DMs there are."""

from typing import Any

from redis.asyncio import Redis

from bot.model import Conversation
from bot.store.scripts import HEARD, translated

MOST_DMS = 100  # kept of a platform, those that spoke last
_DMS_LIVE = 30 * 24 * 3600  # seconds after the last word in any of them


class Bookmarks:
    """How far platforms were heard. Each method raises StoreAway where *client* has no answer."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def heard_until(self, platform: str) -> int | None:
        """The time, in microseconds, up to which all of *platform* was heard; None: never was."""
        with translated():
            found = await self._client.zscore(HEARD, platform)
        return None if found is None else int(found)

    async def note_heard(self, platform: str, sent_at: int) -> None:
        """All of *platform* was heard up to *sent_at*, in microseconds; a bookmark moves only up.

        Of several processes that hear the same, it is that of the one that is furthest.
        """
        with translated():
            await self._client.zadd(HEARD, {platform: sent_at}, gt=True)

    async def dms(self, platform: str) -> tuple[Conversation, ...]:
        """The newest 100 DMs on *platform*, the one that spoke last first."""
        with translated():
            found: Any = await self._client.zrevrange(_dms(platform), 0, -1)  # pyright: ignore[reportUnknownMemberType]  - an untyped callable
        return tuple(Conversation.parse(member.decode()) for member in found)

    async def note_dm(self, dm: Conversation, sent_at: int) -> None:
        """*dm* spoke at *sent_at*, in microseconds."""
        key = _dms(dm.platform)
        with translated():
            async with self._client.pipeline(transaction=False) as pipe:
                pipe.zadd(key, {dm.key: sent_at}, gt=True)
                pipe.zremrangebyrank(key, 0, -MOST_DMS - 1)
                pipe.expire(key, _DMS_LIVE)
                await pipe.execute()


def _dms(platform: str) -> str:
    return f"bot:dms:{platform}"
