from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.claude import Claude
from sandbox.discord import Discord
from sandbox.house.process import Bot
from sandbox.house.stage import Stage
from sandbox.slack import Slack


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose bot was not started: people only."""
    log = tmp_path / "bot.log"
    log.write_text("the log's last line\n")
    async with Slack() as slack, Discord() as discord, Claude() as claude:
        yield Stage(slack, discord, claude, Bot({}, tmp_path, log))
