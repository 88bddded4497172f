"""The stage: simulated servers, people, and the bot's process, started and ended together."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from sandbox.claude import Claude
from sandbox.house import environment
from sandbox.house.process import Bot
from sandbox.slack import NotSeen, Person, Slack

_START = 60.0  # seconds until the bot listens; a cold disk and a busy machine need many
_LOOK_AGAIN = 0.1  # seconds; a process that ends does not say so by itself


class Stage:
    """#general with Ana and Ben in it, and *bot*; *claude* is None where the real one is asked."""

    def __init__(self, slack: Slack, claude: Claude | None, bot: Bot) -> None:
        self.slack = slack
        self.claude = claude
        self.bot = bot
        self.general = slack.channel("general")
        self._people = {name.lower(): slack.person(name) for name in ("Ana", "Ben")}

    def member(self, name: str) -> Person:
        """The person of that *name*, in capitals or not; one who is not there yet joins."""
        if name.lower() not in self._people:
            self._people[name.lower()] = self.slack.person(name)
        return self._people[name.lower()]

    @property
    def state(self) -> str:
        """How the bot fares: running, starting (or trying to connect anew), not running."""
        if not self.bot.running:
            return "not running"
        return "running" if self.slack.connections else "starting"

    async def start(self) -> None:
        """Start the bot, and return when it listens. Raises BotEnded or NotSeen if it does not."""
        await self.bot.start()
        await self.until("the bot listens", lambda: self.slack.connections > 0, _START)

    async def restart(self) -> None:
        """Kill the bot without a warning and start it again; raises as `start` does."""
        await self.bot.kill()
        while self.slack.connections:
            await self._moment()
        await self.start()

    async def until(self, what: str, holds: Callable[[], bool], seconds: float) -> None:
        """Return once *holds*, which is asked after each change.

        Raises BotEnded where the bot's process ends before, and after *seconds* NotSeen with
        *what* was waited for and all that stands on the screen.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds
        while not holds():
            self.bot.demand()
            if clock() > deadline:
                raise NotSeen(f"{what}: not within {seconds:.0f} s\n{self.slack.screen()}")
            await self._moment()

    async def _moment(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_AGAIN):
                await self.slack.changed()


@asynccontextmanager
async def set_up(
    environ: Mapping[str, str], choices: Mapping[str, str], store: Path, log: Path
) -> AsyncGenerator[Stage]:
    """A stage whose bot is yet to be started; it keeps what it knows in *store*, and writes *log*.

    Claude is simulated unless *choices* hold a key.
    """
    async with AsyncExitStack() as house:
        slack = await house.enter_async_context(Slack())
        claude = None
        if not environment.has_key(choices):
            claude = await house.enter_async_context(Claude())
        told = environment.for_bot(environ, choices, slack=slack, claude=claude, store=store)
        bot = Bot(told, store, log)
        house.push_async_callback(bot.stop)
        yield Stage(slack, claude, bot)
