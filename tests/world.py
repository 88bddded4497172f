"""A whole world on loopback: chats, Claude, a store, and the bot between them, in this process."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import app, settings
from sandbox.claude import Claude
from sandbox.discord import Discord, Rate
from sandbox.slack import Person, Shown, Slack

UNLIMITED = "[limits]\nanswers_user = 0\nanswers_channel = 0\n"  # one person asks for many

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class World:
    """What the tests hold of it: the platforms as people see them, Claude as it is asked."""

    slack: Slack
    discord: Discord
    claude: Claude
    ana: Person
    general: str
    environ: Mapping[str, str]
    folder: Path

    @asynccontextmanager
    async def bot(
        self, toml: str = "", *, drain: float = 10.0, **environ: str
    ) -> AsyncGenerator[None]:
        """The bot serves while the block runs, with *toml* as its bot.toml."""
        (self.folder / "bot.toml").write_text(toml)
        stop = asyncio.Event()
        read = settings.read({**self.environ, **environ}, self.folder)
        async with asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(app.serve(read, stop, drain=drain))
            waiting = tasks.create_task(self._until_connected())
            await asyncio.wait([serving, waiting], return_when=asyncio.FIRST_COMPLETED)
            try:
                yield
            finally:
                stop.set()

    @asynccontextmanager
    async def process(self, **environ: str) -> AsyncGenerator[asyncio.subprocess.Process]:
        """The bot as a process of its own, connected; killed at the end if it lives by then."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with (self.folder / "bot.log").open("ab") as told:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot", "run"),
                env={**inherited, "PYTHONPATH": str(ROOT), **self.environ, **environ},
                cwd=self.folder,
                stdout=told,
                stderr=told,
            )
        try:
            await self._until_connected(timeout=30)
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await self.slack.until(lambda: self.slack.connections == 0)
            await self.discord.until(lambda: self.discord.connections == 0)

    async def ask(self, text: str, thread: str | None = None, person: Person | None = None) -> str:
        """The ts of a question in #general that mentions the bot."""
        mention = f"<@{self.slack.bot_user}> {text}"
        return await self.slack.say(person or self.ana, self.general, mention, thread)

    def answers(self, thread: str, channel: str | None = None) -> list[Shown]:
        """Our messages in *thread*, oldest first."""
        seen = self.slack.thread(channel or self.general, thread)
        return [shown for shown in seen if shown.user == self.slack.bot_user]

    async def answered(self, thread: str, *texts: str) -> None:
        """Return once our messages in *thread* show exactly *texts*."""
        await self.slack.until(
            lambda: [shown.text for shown in self.answers(thread)] == list(texts)
        )

    async def _until_connected(self, timeout: float = 10) -> None:  # noqa: ASYNC109  - handed on
        if "SLACK_BOT_TOKEN" in self.environ:
            await self.slack.until(lambda: self.slack.connections > 0, timeout)
        if "DISCORD_BOT_TOKEN" in self.environ:
            await self.discord.until(lambda: self.discord.connections > 0, timeout)

    def asked(self, number: int = -1) -> list[dict[str, Any]]:
        """The messages of the request that Claude got as number *number*."""
        messages: list[dict[str, Any]] = self.claude.requests[number].body["messages"]
        return messages


@asynccontextmanager
async def world(
    store_url: str,
    folder: Path,
    *platforms: str,
    rates: Mapping[str, Rate] | bool = False,
) -> AsyncGenerator[World]:
    """A world whose bot has the tokens of *platforms*, Slack's where none is named.

    On Slack Ana is in #general, the bot a member; *rates* has the platforms enforce their own,
    or Discord those given.
    """
    async with (
        Slack(rates=rates is True) as slack,
        Discord(rates=rates) as discord,
        Claude() as claude,
    ):
        tokens = {
            "slack": {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "SLACK_API_URL": slack.api_url,
            },
            "discord": {
                "DISCORD_BOT_TOKEN": discord.bot_token,
                "DISCORD_API_URL": discord.api_url,
            },
        }
        environ = {
            "ANTHROPIC_API_KEY": claude.api_key,
            "ANTHROPIC_BASE_URL": claude.base_url,
            "REDIS_URL": store_url,
        }
        for platform in platforms or ("slack",):
            environ |= tokens[platform]
        ana, general = slack.person("Ana"), slack.channel("general")
        yield World(slack, discord, claude, ana, general, environ, folder)
