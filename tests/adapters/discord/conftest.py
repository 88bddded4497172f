"""A server in the sandbox, and an adapter that serves it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from adapters.discord import DiscordAdapter
from adapters.discord.client import Asker
from adapters.discord.limits import Limits
from adapters.discord.web import Web
from sandbox.discord import Discord, Person
from tests.adapters.desk import KeptDesk
from tests.adapters.discord.keeper import BRISK, QUICK, Keeper, until

Serve = Callable[..., AbstractAsyncContextManager[DiscordAdapter]]


@pytest.fixture
async def discord() -> AsyncGenerator[Discord]:
    async with Discord() as one:
        yield one


@pytest.fixture
def ear() -> Keeper:
    return Keeper()


@pytest.fixture
def general(discord: Discord) -> str:
    return discord.channel("general")


@pytest.fixture
def ana(discord: Discord) -> Person:
    return discord.person("Ana")


@pytest.fixture
async def adapter(discord: Discord) -> AsyncGenerator[DiscordAdapter]:
    """An adapter that knows who it is, and hears nothing."""
    one = DiscordAdapter(
        bot_token=discord.bot_token, api_url=discord.api_url, patience=QUICK, pace=BRISK
    )
    await one.check()
    yield one
    await one.close()


@pytest.fixture
async def web(discord: Discord) -> AsyncGenerator[Web]:
    """The REST API of that server."""
    caller = Asker(discord.api_url)
    await caller.login(discord.bot_token)
    yield Web(caller, Limits())
    await caller.close()


@pytest.fixture
def serve(adapter: DiscordAdapter) -> Serve:
    """Lets the adapter hear within a block, which begins when it is connected."""

    @asynccontextmanager
    async def serving(ear: Keeper) -> AsyncGenerator[DiscordAdapter]:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(adapter.run(ear, KeptDesk()))
            await until(lambda: adapter.connected)
            yield adapter
            running.cancel()

    return serving
