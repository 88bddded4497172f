"""Reads the newest messages of a place, and has those heard that were missed."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import discord
from structlog import get_logger

from adapters.discord.events import Where
from adapters.discord.listening import Listener
from adapters.discord.messages import GuildOf
from adapters.discord.missed import Unread, chosen
from adapters.discord.nonces import nonce_of
from adapters.discord.places import Places
from adapters.discord.snowflakes import micros, number
from adapters.discord.spots import is_open_to
from adapters.discord.web import Web
from bot.errors import RateLimited, Unreachable, origin

_PAGE: Final = 100  # messages that one call gives; of those that are not heard one may call us

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Read:
    """How many messages of a place were heard, and whether others were missed and left out."""

    messages: int
    has_more: bool


class Pages:
    """Reads over *web*, which goes on while the gateway's connection is built anew.

    A place that cannot be reached is asked for *again* after so many seconds each. *left_out* is
    said where something was left out that may have been for us; empty: nothing is.
    """

    def __init__(
        self,
        web: Web,
        listener: Listener,
        places: Places,
        guild_of: GuildOf,
        again: Sequence[float],
        left_out: str = "",
    ) -> None:
        self._web = web
        self._listener = listener
        self._places = places
        self._guild_of = guild_of
        self._again = again
        self._left_out = left_out

    def may_read(self, where: Where) -> bool:
        """Whether Discord would let us; each refusal counts towards a ban of our address."""
        guild = None if where.guild is None else self._guild_of(number(where.guild))
        place, us = number(where.channel), number(self._web.us)
        return guild is None or is_open_to(guild, place, us)

    async def hear(self, unread: Unread, goes_on: Callable[[], bool]) -> Read:
        """Have what was missed heard, oldest first, as if it came now, while *goes_on* says so.

        Raises PlatformError where it cannot be read.
        """
        page = await self._page(unread)
        wanted, left = chosen([message.id for message in page], unread)
        self._places.learn(unread.where)
        heard = 0
        for message in reversed(page):
            if message.id in wanted and goes_on():
                await self._hear(message)
                heard += 1
        if left and self._left_out and goes_on():
            await self._tell(unread, page, frozenset(left))
        return Read(heard, bool(left))

    async def _tell(
        self, unread: Unread, page: Sequence[discord.Message], left: frozenset[int]
    ) -> None:
        """Say once in a place that something was left out, where we may have been meant."""
        ours = [message for message in page if str(message.author.id) == self._web.us]
        told = [message for message in ours if message.content == self._left_out]
        if any(micros(message.id) > unread.since for message in told):
            return  # by whoever began to read this gap
        # Where even the page does not hold all, what was heard tells whether people speak with us.
        is_whole = len(page) < _PAGE or micros(page[-1].id) <= unread.since
        for message in page:
            if (message.id in left or not is_whole) and await self._may_be_for_us(message):
                nonce = nonce_of(f"gap.{unread.where.channel}.{max(left)}", 0, 0)
                await self._web.post(number(unread.where.channel), self._left_out, nonce)
                return

    async def _may_be_for_us(self, message: discord.Message) -> bool:
        try:
            return await self._listener.would_take(message, self._web.us, self._guild_of)
        except Exception as error:  # noqa: BLE001  - what one message trips over, the next may not
            fault = type(error).__name__
            _log.warning("discord_left_out_unknown", fault=fault, where=origin(error))
            return False

    async def _page(self, unread: Unread) -> list[discord.Message]:
        """The newest messages of a place, newest first."""
        for pause in self._again:
            try:
                return await self._asked(unread)
            except (RateLimited, Unreachable):
                await asyncio.sleep(pause)
        return await self._asked(unread)

    async def _asked(self, unread: Unread) -> list[discord.Message]:
        where = unread.where
        found = self._web.messages(
            number(where.channel),
            guild=None if where.guild is None else number(where.guild),
            before=None if unread.last is None else unread.last + 1,
            limit=_PAGE,
        )
        return [message async for message in found]

    async def _hear(self, message: discord.Message) -> None:
        try:
            await self._listener.take(message, self._web.us, self._guild_of)
        except Exception as error:  # noqa: BLE001  - what one message trips over, the next may not
            # Without its stack, which may quote what a person wrote.
            fault = type(error).__name__
            _log.error("discord_event_failed", on="backfill", fault=fault, where=origin(error))
