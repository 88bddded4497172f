from collections.abc import AsyncIterator

import pytest

from bot.claude import Claude
from sandbox import claude as simulated
from tests.bot.claude.asking import SILENCE, WORDS


@pytest.fixture
async def server() -> AsyncIterator[simulated.Claude]:
    async with simulated.Claude() as server:
        server.answers(WORDS)
        server.chunk = 4
        yield server


@pytest.fixture
async def claude(server: simulated.Claude) -> AsyncIterator[Claude]:
    async with Claude(api_key=server.api_key, base_url=server.base_url, silence=SILENCE) as claude:
        yield claude
