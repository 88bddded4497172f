"""Where a message stands, with the channel that its thread lies below."""

from collections import OrderedDict

import discord

from adapters.discord.events import Where
from adapters.discord.messages import guild_id
from adapters.discord.snowflakes import number
from adapters.discord.web import Web

_SIZE = 5000


class Places:
    """Places by channel id; what no event told of is asked of Discord, and *size* are kept."""

    def __init__(self, web: Web, size: int = _SIZE) -> None:
        self._web = web
        self._size = size
        self._asked: OrderedDict[int, Where] = OrderedDict()

    async def of(self, channel: discord.abc.Snowflake) -> Where:
        """Where *channel* lies. Raises the platform's errors where Discord has to be asked."""
        if isinstance(channel, discord.DMChannel):
            return Where(None, str(channel.id))
        guild = guild_id(channel)
        if isinstance(channel, discord.Thread):
            return Where(str(guild), str(channel.id), str(channel.parent_id))
        if guild is not None and not isinstance(channel, discord.PartialMessageable):
            return Where(str(guild), str(channel.id))
        # A guild, or an archived thread, that this session was not told of yet.
        return await self._ask(channel.id)

    def learn(self, where: Where) -> None:
        """Know *where*, so that nobody has to be asked for it."""
        self._asked[number(where.channel)] = where
        if len(self._asked) > self._size:
            self._asked.popitem(last=False)

    async def _ask(self, channel: int) -> Where:
        if channel not in self._asked:
            self.learn((await self._web.channel(channel)).where)
        return self._asked[channel]
