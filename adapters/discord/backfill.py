"""After a gap in the hearing: reads what was missed, and keeps the bookmark of what was heard."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

import discord
from structlog import get_logger

from adapters.discord.bookmark import Bookmark
from adapters.discord.events import PLATFORM, Where
from adapters.discord.missed import Plan, Spot, Unread, horizon, plan
from adapters.discord.pages import Pages
from adapters.discord.snowflakes import micros
from adapters.discord.spots import spots_of, youngest
from bot.errors import PlatformError, StoreAway, origin
from bot.ports import RememberingEar

_GOODBYE: Final = 1.0  # seconds that the last note may take

T = TypeVar("T")

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How the bookmark moves, and how fast missed messages are read; seconds.

    It is noted *every* so often. *readers* places are read at a time, with a *pause* behind each:
    some 10 calls of the 50 a second that Discord grants, which answers need. A place that cannot be
    reached is asked for *again* after so long each.
    """

    every: float = 5.0
    readers: int = 3
    pause: float = 0.2
    again: tuple[float, ...] = (2.0, 8.0)


@dataclass(slots=True, eq=False)
class _Gap:
    """What came before a session of *shard*; *since* is None where nobody had heard anything.

    *is_open* until all of it is read. *newest* is the last that was said or made in it.
    """

    shard: int
    since: int | None = None
    is_open: bool = True
    newest: int = 0
    guilds: set[int] = field(default_factory=set[int])
    places: int = 0
    messages: int = 0
    too_old: int = 0
    too_many: int = 0
    unreadable: int = 0


class Backfill:
    """Follows the sessions of the gateway; what each one missed is heard like anything else.

    Implements `client.Watcher`. A session that Discord resumes has no gap. *us* is our user id.
    """

    def __init__(
        self,
        ear: RememberingEar,
        us: int,
        pages: Pages,
        bookmark: Bookmark,
        pace: Pace,
    ) -> None:
        self._ear = ear
        self._us = us
        self._pages = pages
        self._bookmark = bookmark
        self._pace = pace
        self._noted: int | None = None
        self._gaps: dict[int, _Gap] = {}
        self._steps: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue()
        self._reading = asyncio.Semaphore(pace.readers)
        self._tasks: list[asyncio.Task[None]] = []
        self._is_leaving = False

    def begin(self, tasks: asyncio.TaskGroup) -> None:
        """Work in *tasks*, until `leave`."""
        self._tasks = [tasks.create_task(self._serve()), tasks.create_task(self._keep())]

    def began(self, shard: int) -> None:
        """A session begins that knows nothing of what was said before it."""
        gap = self._gaps[shard] = _Gap(shard)
        self._steps.put_nowait(partial(self._look_back, gap))

    def arrived(self, guild: discord.Guild) -> None:
        """The session tells what stands in *guild*."""
        gap = self._gaps.get(guild.shard_id)
        if gap is None or guild.id in gap.guilds:
            return
        gap.guilds.add(guild.id)
        newest, spots = youngest(guild), tuple(spots_of(guild, self._us))
        self._steps.put_nowait(partial(self._read_guild, gap, newest, spots))

    def told(self, shard: int) -> None:
        """The session has told of its guilds."""
        self._steps.put_nowait(partial(self._close, self._gaps[shard]))

    def stop(self) -> None:
        """Begin nothing more; what is being taken in may end."""
        self._is_leaving = True

    async def leave(self) -> None:
        """Stop reading, and note how far all was heard."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                await self._note()

    async def _serve(self) -> None:
        while True:
            step = await self._steps.get()
            try:
                await step()
            except Exception as error:  # noqa: BLE001  - no fault in here may end the hearing
                fault, where = type(error).__name__, origin(error)
                _log.error("discord_gap_failed", fault=fault, where=where)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._pace.every)
            await self._note()

    async def _note(self) -> None:
        reached = self._bookmark.look()
        has_gap = any(gap.is_open for gap in self._gaps.values())
        if reached is None or has_gap or reached == self._noted:
            return
        try:
            await self._ear.note_heard(PLATFORM, reached)
        except StoreAway as error:
            _log.debug("discord_bookmark_not_noted", error=str(error))
        else:
            self._noted = reached

    async def _look_back(self, gap: _Gap) -> None:
        """Find out how far all was heard before *gap*; DMs belong to the first shard."""
        gap.since = await self._patiently(lambda: self._ear.heard_until(PLATFORM))
        if gap.since is None:
            # The first start ever: from here on all is heard. As old as we are is too early, until
            # a guild tells better.
            gap.is_open = False
            await self._begin_at(self._us)
        elif gap.shard == 0:
            dms = await self._patiently(lambda: self._ear.dms(PLATFORM))
            after = horizon(gap.since, _now())
            # No event tells of them, nor what was said in them: each has to be asked for.
            unread = (Unread(Where(None, dm.channel), gap.since, after) for dm in dms)
            await self._read(gap, Plan(tuple((one,) for one in unread)))

    async def _begin_at(self, snowflake: int) -> None:
        self._bookmark.told(snowflake)
        await self._note()

    async def _read_guild(self, gap: _Gap, newest: int, spots: Sequence[Spot]) -> None:
        gap.newest = max(gap.newest, newest)
        if gap.since is None:
            await self._begin_at(newest)
        else:
            await self._read(gap, plan(spots, gap.since, _now()))

    async def _close(self, gap: _Gap) -> None:
        if gap.since is None or self._is_over(gap):
            return
        self._bookmark.told(gap.newest)
        gap.is_open = False
        left_out = gap.too_old or gap.too_many or gap.unreadable
        (_log.warning if left_out else _log.info)(
            "discord_gap_read",
            seconds=round((_now() - gap.since) / 1_000_000),
            places=gap.places,
            messages=gap.messages,
            places_too_old=gap.too_old,
            places_cut=gap.too_many,
            places_unreadable=gap.unreadable,
        )

    async def _read(self, gap: _Gap, wanted: Plan) -> None:
        gap.too_old += len(wanted.older)
        async with asyncio.TaskGroup() as tasks:
            for places in (*wanted.lists, *((one,) for one in wanted.older)):
                tasks.create_task(self._read_list(gap, places))

    async def _read_list(self, gap: _Gap, places: Sequence[Unread]) -> None:
        async with self._reading:
            for unread in places:
                if not self._is_over(gap) and self._pages.may_read(unread.where):
                    await self._read_place(gap, unread)
                    await asyncio.sleep(self._pace.pause)

    async def _read_place(self, gap: _Gap, unread: Unread) -> None:
        try:
            read = await self._pages.hear(unread, lambda: not self._is_over(gap))
        except PlatformError as error:
            gap.unreadable += 1
            _log.debug("discord_place_unreadable", channel=unread.where.channel, error=str(error))
        else:
            is_recent = unread.last is None or micros(unread.last) > unread.after
            gap.places += is_recent
            gap.messages += read.messages
            gap.too_many += read.has_more and is_recent

    def _is_over(self, gap: _Gap) -> bool:
        return self._is_leaving or self._gaps[gap.shard] is not gap

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        while True:
            try:
                return await ask()
            except StoreAway:
                await asyncio.sleep(self._pace.every)


def _now() -> int:
    return time.time_ns() // 1000
