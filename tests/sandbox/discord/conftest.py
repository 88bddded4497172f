from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.discord import Discord, Person
from tests.sandbox.discord.wire import Client


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord() as discord:
        yield discord


@pytest.fixture
async def client(discord: Discord) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(discord, session)


@pytest.fixture
def ana(discord: Discord) -> Person:
    return discord.person("Ana")


@pytest.fixture
def general(discord: Discord) -> str:
    return discord.channel("general")
