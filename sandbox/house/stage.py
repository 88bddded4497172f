"""The stage: simulated servers, people, and the bot's process, started and ended together."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from sandbox.claude import Claude
from sandbox.discord import Discord
from sandbox.house import environment
from sandbox.house.on_discord import OnDiscord
from sandbox.house.on_slack import OnSlack
from sandbox.house.platform import Platform
from sandbox.house.process import Bot
from sandbox.slack import NotSeen, Slack

_START = 60.0  # seconds until the bot listens; a cold disk and a busy machine need many
_LOOK_AGAIN = 0.05  # seconds; a process that ends does not say so by itself


class Stage:
    """#general of each platform with Ana and Ben in it, and *bot*.

    *claude* is None where the real one is asked.
    """

    def __init__(self, slack: Slack, discord: Discord, claude: Claude | None, bot: Bot) -> None:
        self.slack = OnSlack(slack)
        self.discord = OnDiscord(discord)
        self.platforms: tuple[Platform, Platform] = (self.slack, self.discord)
        self.claude = claude
        self.bot = bot
        self._people: dict[str, str] = {}
        for name in ("Ana", "Ben"):
            self.member(name)

    def member(self, name: str) -> str:
        """What the person of that *name*, in capitals or not, is called; a new one joins."""
        called = self._people.setdefault(name.lower(), name)
        for platform in self.platforms:
            platform.join(called)
        return called

    @property
    def state(self) -> str:
        """How the bot fares: running, starting (or trying to connect anew), not running."""
        if not self.bot.running:
            return "not running"
        return "running" if self._serves() else "starting"

    async def start(self) -> None:
        """Start the bot, and return when it listens. Raises BotEnded or NotSeen if it does not."""
        await self.bot.start()
        await self.until("the bot listens", self._serves, _START)

    async def restart(self) -> None:
        """Kill the bot without a warning and start it again; raises as `start` does."""
        await self.bot.kill()
        while any(platform.connected for platform in self.platforms):
            await _moment()
        await self.start()

    async def until(self, what: str, holds: Callable[[], bool], seconds: float) -> None:
        """Return once *holds*, which is asked again and again.

        Raises BotEnded where the bot's process ends before, and after *seconds* NotSeen with
        *what* was waited for and all that stands on the screens.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds
        while not holds():
            self.bot.demand()
            if clock() > deadline:
                raise NotSeen(f"{what}: not within {seconds:.0f} s\n{self.screen()}")
            await _moment()

    def screen(self) -> str:
        """All that stands on all platforms, as lines for whoever looks for what went wrong."""
        return "\n".join(f"{each.name}\n{each.screen()}" for each in self.platforms)

    def _serves(self) -> bool:
        return all(platform.connected for platform in self.platforms)


async def _moment() -> None:
    await asyncio.sleep(_LOOK_AGAIN)


@asynccontextmanager
async def set_up(
    environ: Mapping[str, str], choices: Mapping[str, str], store: Path, log: Path
) -> AsyncGenerator[Stage]:
    """A stage whose bot is yet to be started; it keeps what it knows in *store*, and writes *log*.

    Claude is simulated unless *choices* hold a key.
    """
    async with AsyncExitStack() as house:
        slack = await house.enter_async_context(Slack())
        discord = await house.enter_async_context(Discord())
        claude = None
        if not environment.has_key(choices):
            claude = await house.enter_async_context(Claude())
        told = environment.for_bot(
            environ, choices, slack=slack, discord=discord, claude=claude, store=store
        )
        bot = Bot(told, store, log)
        house.push_async_callback(bot.stop)
        yield Stage(slack, discord, claude, bot)
