"""Keeps a bot connected to the gateway, and never identifies more often than Discord allows."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

import aiohttp
import discord
from structlog import get_logger

from adapters.discord.client import Bot, Gate
from adapters.discord.identifies import Allowance, pause, rationed
from bot.errors import Denied, origin
from bot.ports import Token

_log = get_logger(__name__)

_REFUSED: Final = 4004  # the token; all further codes below say that asking again is no use
_FATAL: Final = frozenset({_REFUSED, 4010, 4011, 4012, 4013, 4014})


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient a connection is, in seconds.

    A session that lasted *settled* was a good one. *goodbye* is what closing may take; within a
    running session an IDENTIFY waits for at most *brief*.
    """

    settled: float = 60.0
    goodbye: float = 2.0
    brief: float = 20.0


class Spent(Exception):
    """We identified too often of late; the connection is given up, and built anew in time."""


class Connection:
    """Runs one bot after the other, each made by *build* from the gate that it has to pass."""

    def __init__(self, build: Callable[[Gate], Bot], token: Token, timing: Timing) -> None:
        self._build = build
        self._token = token
        self._timing = timing
        self._tried = ""  # the token of the last login
        self._allowance = Allowance()
        self._bot: Bot | None = None
        self._failures = 0

    @property
    def bot(self) -> Bot | None:
        """The bot that is running, None between two."""
        return self._bot

    async def serve(self) -> None:
        """Hold a connection until cancelled. Raises Denied where no later try would fare better."""
        while True:
            await self._rest()
            began = time.monotonic()
            try:
                await self._session()
            except _ENDINGS as error:
                if not (_refuses_token(error) and self._token() != self._tried):
                    _raise_if_fatal(error)
                _log.warning("discord_session_ended", fault=type(error).__name__)
            except Exception as error:  # noqa: BLE001  - an event that discord.py cannot read raises anything
                fault = type(error).__name__
                _log.warning("discord_session_ended", fault=fault, where=origin(error))
            lasted = time.monotonic() - began
            self._failures = 1 if lasted > self._timing.settled else self._failures + 1

    async def _session(self) -> None:
        bot = self._build(self.gate)
        self._bot = bot
        try:
            self._tried = self._token()
            await bot.login(self._tried)
            await asyncio.sleep(await self._rationed(bot))
            await self._hear(bot)
        finally:
            self._bot = None
            await self._close(bot)

    async def _hear(self, bot: Bot) -> None:
        # While it connects again discord.py swallows a cancellation, and would go on without us.
        hearing = asyncio.ensure_future(bot.connect())
        try:
            await asyncio.wait([hearing])
            hearing.result()
        finally:
            await self._close(bot)
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    async def _rest(self) -> None:
        seconds = max(pause(self._failures), self._allowance.wait(time.monotonic()))
        if seconds:
            _log.info("discord_connects_again", seconds=round(seconds, 1))
            await asyncio.sleep(seconds)

    async def _rationed(self, bot: Bot) -> float:
        """Seconds until Discord has starts to spare again; 0 where it has some."""
        limits = await bot.fetch_session_start_limits()
        seconds = rationed(limits.remaining, limits.reset_after / 1000)
        if seconds:
            _log.error("discord_identifies_spent", remaining=limits.remaining, seconds=seconds)
        return seconds

    async def gate(self) -> None:
        """Return when we may identify. Raises Spent where that would be too long to wait."""
        bot, rationed_for = self._bot, 0.0
        if bot is not None:
            self._allowance.shards = bot.shard_count or 1
            if self._allowance.used:  # for the first of this process it was asked already
                rationed_for = await self._rationed(bot)
        seconds = max(self._allowance.wait(time.monotonic()), rationed_for)
        if seconds > self._timing.brief:
            raise Spent
        await asyncio.sleep(seconds)
        self._allowance.spend(time.monotonic())

    async def _close(self, bot: Bot) -> None:
        # A peer that is gone does not answer a goodbye.
        with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
            async with asyncio.timeout(self._timing.goodbye):
                await bot.close()


_ENDINGS = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, Spent)


def _refuses_token(error: BaseException) -> bool:
    refused = isinstance(error, discord.ConnectionClosed) and error.code == _REFUSED
    return refused or isinstance(error, discord.LoginFailure)


def _raise_if_fatal(error: BaseException) -> None:
    match error:
        case discord.LoginFailure():
            _refuse("discord.token_refused", error, code=401)
        case discord.PrivilegedIntentsRequired():
            _refuse("discord.intent_off", error, code=4014)
        case discord.ConnectionClosed(code=code) if code == _REFUSED:
            _refuse("discord.token_refused", error, code=code)
        case discord.ConnectionClosed(code=code) if code in _FATAL:
            _refuse("discord.gateway_refused", error, code=code)
        case _:
            return


def _refuse(key: str, error: BaseException, code: int) -> NoReturn:
    raise Denied(key, code=code) from error
