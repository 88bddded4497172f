from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.claude import Claude


@pytest.fixture
async def claude() -> AsyncIterator[Claude]:
    async with Claude() as claude:
        yield claude


@pytest.fixture
async def line(claude: Claude) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"authorization": f"Bearer {claude.api_key}", "anthropic-version": "2026-10-21"}
    async with aiohttp.ClientSession(claude.base_url, headers=headers) as line:
        yield line
