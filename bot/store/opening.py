"""A client of the store that the settings name: a server's URL, or a server of our own."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from redis.asyncio import Redis

from bot.store.connection import connect
from bot.store.server import Server


@asynccontextmanager
async def opened(at: str | Server, *, name: str) -> AsyncGenerator[Redis]:
    """A client, known as *name*, of the server *at* a URL, or of one of our own.

    One of our own is started where nobody runs it yet, and then ended at the end. Raises what
    `connect` and `Server.start` raise.
    """
    async with AsyncExitStack() as house:
        if isinstance(at, Server):
            house.push_async_callback(at.stop)
            at = await at.start()
        yield await house.enter_async_context(connect(at, name=name))
