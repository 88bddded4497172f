"""A workspace in the sandbox, and an adapter that serves it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from adapters.slack import SlackAdapter
from sandbox.slack import Person, Slack
from tests.adapters.desk import KeptDesk
from tests.adapters.slack.keeper import QUICK, Keeper, until

Serve = Callable[..., AbstractAsyncContextManager[SlackAdapter]]


@pytest.fixture
async def slack() -> AsyncGenerator[Slack]:
    async with Slack() as workspace:
        workspace.redelivery_after = 0.2
        yield workspace


@pytest.fixture
async def ear() -> Keeper:
    return Keeper()


@pytest.fixture
def ana(slack: Slack) -> Person:
    return slack.person("Ana Lima", display_name="Ana", locale="pt-BR")


@pytest.fixture
def general(slack: Slack) -> str:
    return slack.channel("general")


@pytest.fixture
async def adapter(slack: Slack) -> AsyncGenerator[SlackAdapter]:
    """An adapter that knows who it is, and hears nothing."""
    one = SlackAdapter(
        bot_token=slack.bot_token,
        app_token=slack.app_token,
        api_url=slack.api_url,
        status="is thinking...",
        timing=QUICK,
    )
    await one.check()
    yield one
    await one.close()


@pytest.fixture
def serve(adapter: SlackAdapter) -> Serve:
    """Lets the adapter hear within a block, which begins when it is connected."""

    @asynccontextmanager
    async def serving(ear: Keeper) -> AsyncGenerator[SlackAdapter]:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(adapter.run(ear, KeptDesk()))
            await until(lambda: adapter.connected)
            yield adapter
            running.cancel()

    return serving
