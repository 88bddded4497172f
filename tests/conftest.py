"""What tests share: a real server, emptied before each of them, where nothing stays for ever."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import settings
from redis import Redis

from bot.store import Conversations, Ledger, Server, Slots, Throttle, connect
from tests.keys import keys_for_ever

# What an example costs is for the tests of cost to say; a busy machine is no failure.
settings.register_profile("house", deadline=None, max_examples=60)
settings.load_profile("house")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[str]:
    """The URL of an embedded server; one for each process that runs tests."""
    server = Server(Path(tmp_path_factory.mktemp("store")))
    yield await server.start()
    await server.stop()


@pytest.fixture
def store_url(server_url: str) -> Generator[str]:
    """The URL of an empty server; fails the test that leaves a key there that never ends."""
    client: Any = Redis.from_url(server_url)  # pyright: ignore[reportUnknownMemberType]  - untyped **kwargs
    with client:
        client.flushall()
        yield server_url
        left = keys_for_ever(client)
    assert not left, f"keys that never end: {left}"


@pytest.fixture
async def store(store_url: str) -> AsyncGenerator[Conversations]:
    """The conversations on an empty server."""
    async with connect(store_url, name="test") as client:
        yield Conversations(client)


@pytest.fixture
async def ledger(store_url: str) -> AsyncGenerator[Ledger]:
    """The ledger on an empty server."""
    async with connect(store_url, name="test") as client:
        yield Ledger(client)


@pytest.fixture
async def throttle(store_url: str) -> AsyncGenerator[Throttle]:
    """The manners that processes share on an empty server."""
    async with connect(store_url, name="test") as client:
        yield Throttle(client)


@pytest.fixture
async def slots(store_url: str) -> AsyncGenerator[Slots]:
    """The slots that processes share on an empty server."""
    async with connect(store_url, name="test") as client:
        yield Slots(client)
