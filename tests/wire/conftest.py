"""Each wire test has a world of its own."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.world import World, world


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[World]:
    """A world with Ana in #general, where the bot is a member."""
    async with world(store_url, tmp_path) as made:
        yield made
