"""A wire to a server that loses or holds up replies, as networks do; commands have their effect."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from typing import Any, TypeVar

from bot.store import connect

T = TypeVar("T")

CHUNK = 1 << 16


@dataclass(slots=True)
class Wire:
    """Carries bytes between clients and the server at *there*, the path of its socket."""

    there: str
    unlucky: bytes | None = None
    lie: tuple[bytes, bytes] | None = None  # what replies say, and what they are made to say
    lost: int = 0
    held: int = 0  # replies that wait until `free` is set
    free: asyncio.Event = field(default_factory=asyncio.Event)
    carrying: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    def __post_init__(self) -> None:
        self.free.set()

    def lose_the_reply_to(self, word: str) -> None:
        """Swallow the reply to the next command that holds *word*, and hang up."""
        self.unlucky = word.encode()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection, reply by reply, until either end hangs up."""
        task = asyncio.current_task()
        assert task is not None
        self.carrying.add(task)
        from_server, to_server = await asyncio.open_unix_connection(self.there)
        try:
            with suppress(ConnectionError):
                await self._carry(reader, to_server, from_server, writer)
        finally:
            to_server.close()
            writer.close()
            self.carrying.discard(task)

    async def leave(self) -> None:
        """Hang up on whoever is still connected."""
        left = tuple(self.carrying)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _carry(
        self,
        client: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
        server: asyncio.StreamReader,
        to_client: asyncio.StreamWriter,
    ) -> None:
        losing = False

        async def questions() -> None:
            nonlocal losing
            while said := await client.read(CHUNK):
                if self.unlucky and self.unlucky in said:
                    losing, self.unlucky = True, None
                to_server.write(said)
            to_server.close()

        asking = asyncio.ensure_future(questions())
        try:
            while said := await server.read(CHUNK):
                if losing:
                    self.lost += 1
                    return
                self.held += 1
                await self.free.wait()
                self.held -= 1
                to_client.write(said.replace(*self.lie) if self.lie else said)
        finally:
            asking.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await asking


@asynccontextmanager
async def wire_to(store_url: str, here: Path) -> AsyncGenerator[Wire]:
    """A wire with its client end at the socket *here*, its other at the server at *store_url*."""
    wire = Wire(store_url.removeprefix("unix://").partition("?")[0])
    listening = await asyncio.start_unix_server(wire.carry, here)
    async with listening:
        try:
            yield wire
        finally:
            await wire.leave()


async def with_a_lost_reply(
    source: str, played: Callable[[Any], Awaitable[T]], store_url: str, folder: Path
) -> tuple[T, T]:
    """What *played* gives undisturbed, and where a reply to the script *source* is lost."""
    name = sha1(source.encode(), usedforsecurity=False).hexdigest()
    async with (
        wire_to(store_url, folder / "wire") as wire,
        connect(f"unix://{folder / 'wire'}", name="test") as client,
    ):
        undisturbed = await played(client)
        wire.lose_the_reply_to(name)
        disturbed = await played(client)
    assert wire.lost == 1
    return undisturbed, disturbed
