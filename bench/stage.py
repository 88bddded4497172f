"""The stage of a measurement: the sandbox in this process, the bot in one of its own."""

import socket
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import usage
from bench.usage import Usage
from sandbox.claude import Claude
from sandbox.discord import Discord
from sandbox.house.process import Bot
from sandbox.slack import Slack

ROOT = Path(__file__).parents[1]

_MACHINE = ("PATH", "HOME", "TMPDIR", "BOT_REDIS_SERVER")  # what of the environment is not ours
_START = 60.0  # seconds until the bot listens; a cold disk and a busy machine need many


@dataclass(frozen=True, slots=True)
class Stage:
    """Platforms on loopback, and a bot that serves them once it is started; *port* is its own."""

    slack: Slack
    discord: Discord
    claude: Claude
    bot: Bot
    port: int

    async def serve_slack(self) -> None:
        """Start the bot; it listens to Slack when this returns."""
        await self.bot.start()
        await self.slack.until(lambda: self.slack.connections > 0, _START)

    async def serve_discord(self) -> None:
        """Start the bot; it listens to Discord when this returns."""
        await self.bot.start()
        await self.discord.until(lambda: self.discord.connections > 0, _START)

    @property
    def usage(self) -> Usage | None:
        """What the bot uses at this moment; None where the system does not tell."""
        return usage.of(self.pid)

    @property
    def pid(self) -> int:
        """The id of the bot's process."""
        assert self.bot.pid is not None, "the bot was not started"
        return self.bot.pid


@asynccontextmanager
async def stage(
    environ: Mapping[str, str], platform: str, *, rates: bool = False
) -> AsyncGenerator[Stage]:
    """A stage whose bot, yet to be started, has the tokens of *platform*.

    Of *environ* it gets what it needs to run at all. *rates* has the platforms enforce their own.
    """
    async with AsyncExitStack() as house:
        slack = await house.enter_async_context(Slack(rates=rates))
        discord = await house.enter_async_context(Discord(rates=rates))
        claude = await house.enter_async_context(Claude())
        folder = Path(house.enter_context(TemporaryDirectory(prefix="parley-bench-")))
        port = _free_port()
        tokens = {
            "slack": {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "SLACK_API_URL": slack.api_url,
            },
            "discord": {"DISCORD_BOT_TOKEN": discord.bot_token, "DISCORD_API_URL": discord.api_url},
        }
        told = {name: environ[name] for name in _MACHINE if name in environ} | {
            "PYTHONPATH": str(ROOT),
            "ANTHROPIC_API_KEY": claude.api_key,
            "ANTHROPIC_BASE_URL": claude.base_url,
            "BOT_DATA_DIR": str(folder / "data"),
            "PORT": str(port),
        }
        bot = Bot(told | tokens[platform], folder, folder / "bot.log")
        house.push_async_callback(bot.stop)
        yield Stage(slack, discord, claude, bot, port)


def _free_port() -> int:
    # Nobody keeps it free until the bot has it, but nobody else looks for one meanwhile.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
