from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.slack import Person, Slack
from tests.sandbox.slack.wire import Client


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with Slack() as slack:
        yield slack


@pytest.fixture
async def client(slack: Slack) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(slack, session)


@pytest.fixture
def ana(slack: Slack) -> Person:
    return slack.person("Ana")


@pytest.fixture
def general(slack: Slack) -> str:
    return slack.channel("general")
