"""A client for the store's own tests, which look behind its words."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from bot.store import Conversations, connect


@pytest.fixture
async def client(store_url: str) -> AsyncGenerator[Any]:
    """A Redis client of the empty server; Any, since redis-py leaves much of its own untyped."""
    async with connect(store_url, name="test") as client:
        yield client


@pytest.fixture
def hasty(client: Any) -> Conversations:
    """A worker whose leases run out at once."""
    return Conversations(client, lease=0.02)
