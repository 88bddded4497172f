"""The stage of a measurement: the sandbox in this process, the bot in one of its own."""

import shutil
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import usage
from bench.usage import Usage
from sandbox.claude import Claude
from sandbox.claude.server import Speaker
from sandbox.discord import Discord
from sandbox.house.process import Bot
from sandbox.slack import Slack

ROOT = Path(__file__).parents[1]

_MACHINE = ("PATH", "HOME", "TMPDIR", "BOT_REDIS_SERVER")  # what of the environment is not ours
_DATA = "data"  # where the bot keeps its store, in its folder
_START = 60.0  # seconds until the bot listens; a cold disk and a busy machine need many
_LEAVE = 1.0  # seconds that the bot gets to end; nobody reads what it still writes


@dataclass(frozen=True, slots=True)
class Stage:
    """Platforms on loopback, and a bot that serves those of *platforms* once it is started.

    *port* is that of its own HTTP. *folder* is empty but for the bot's, and gone afterwards;
    *environ* is what of this machine's environment holds here.
    """

    slack: Slack
    discord: Discord
    claude: Claude
    bot: Bot
    port: int
    folder: Path
    platforms: tuple[str, ...]
    environ: Mapping[str, str]

    async def serve(self) -> None:
        """Start the bot unless it runs; it listens to its platforms when this returns."""
        if not self.bot.running:
            await self.bot.start()
        if "slack" in self.platforms:
            await self.slack.until(lambda: self.slack.connections > 0, _START)
        if "discord" in self.platforms:
            await self.discord.until(lambda: self.discord.connections > 0, _START)

    async def leave(self) -> None:
        """End the bot; it may be started again."""
        await self.bot.stop(_LEAVE)
        await self.slack.until(lambda: self.slack.connections == 0, _START)
        await self.discord.until(lambda: self.discord.connections == 0, _START)

    def clear(self) -> None:
        """Erase what a bot that has ended kept: its next start is its first."""
        shutil.rmtree(self.folder / _DATA)

    def claude_says(self, source: str | Speaker, *, pace: float = 0.0, chunk: int = 12) -> None:
        """Let Claude answer *source*, *chunk* characters at once, *pace* chunks a second if any."""
        self.claude.answers(source)
        self.claude.pace, self.claude.chunk = pace, chunk

    @property
    def usage(self) -> Usage | None:
        """What the bot uses at this moment; None where the system does not tell."""
        return usage.of(self.pid)

    @property
    def pid(self) -> int:
        """The id of the bot's process, which was started."""
        assert self.bot.pid is not None
        return self.bot.pid


@asynccontextmanager
async def stage(
    environ: Mapping[str, str], *platforms: str, rates: bool = False
) -> AsyncGenerator[Stage]:
    """A stage whose bot, yet to be started, has the tokens of *platforms*.

    *rates* has the platforms enforce their own.
    """
    machine = {name: environ[name] for name in _MACHINE if name in environ}
    async with AsyncExitStack() as house:
        slack = await house.enter_async_context(Slack(rates=rates))
        discord = await house.enter_async_context(Discord(rates=rates))
        claude = await house.enter_async_context(Claude())
        folder = Path(house.enter_context(TemporaryDirectory(prefix="parley-bench-")))
        port = _free_port()
        tokens = _tokens(slack, discord)
        told = machine | {
            "PYTHONPATH": str(ROOT),
            "ANTHROPIC_API_KEY": claude.api_key,
            "ANTHROPIC_BASE_URL": claude.base_url,
            "BOT_DATA_DIR": str(folder / _DATA),
            "PORT": str(port),
        }
        for platform in platforms:
            told |= tokens[platform]
        bot = Bot(told, folder, folder / "bot.log")
        house.push_async_callback(bot.stop, _LEAVE)
        yield Stage(slack, discord, claude, bot, port, folder, platforms, machine)


def _tokens(slack: Slack, discord: Discord) -> Mapping[str, Mapping[str, str]]:
    return {
        "slack": {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
        },
        "discord": {"DISCORD_BOT_TOKEN": discord.bot_token, "DISCORD_API_URL": discord.api_url},
    }


def _free_port() -> int:
    # Nobody keeps it free until the bot has it, but nobody else looks for one meanwhile.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
