"""What takes minutes: `make soak` runs it, with the figures on the screen; nothing else does."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.world import World, world


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[World]:
    """A world with Ana in it."""
    async with world(store_url, tmp_path) as made:
        yield made
