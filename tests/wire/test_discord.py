"""Discord, from the mention to the last edit: read from the screen, and from Claude's requests."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.discord import Discord, Flag, Person, Shown
from tests.wire.test_talk import said
from tests.world import World, world

TEXT = " ".join(f"word{n}" for n in range(80))


@dataclass(frozen=True)
class Guild:
    """A world that is served on Discord alone: Ana in #general."""

    world: World
    discord: Discord
    ana: Person
    general: str

    async def ask(self, text: str, channel: str | None = None) -> str:
        """The id of a message that mentions the bot; so is called the thread that it opens."""
        mention = f"<@{self.discord.bot_user}> {text}"
        return await self.discord.say(self.ana, channel or self.general, mention)

    async def answered(self, channel: str, *texts: str, timeout: float = 10) -> list[Shown]:
        """Our messages in *channel*, once they show exactly *texts*."""
        await self.discord.until(
            lambda: [m.text for m in self.discord.answers(channel)] == list(texts), timeout
        )
        return self.discord.answers(channel)

    async def until(self, holds: Callable[[], object], timeout: float = 10) -> None:
        """Return once *holds*."""
        await self.discord.until(holds, timeout)


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


async def test_a_mention_is_answered_in_a_thread_with_its_title(there: Guild) -> None:
    there.world.claude.answers("Hello Ana.")
    async with there.world.bot():
        thread = await there.ask("why is the **sky** blue?")
        await there.answered(thread, "Hello Ana.")
    assert there.discord.threads(there.general) == [thread]
    assert there.discord.name(thread) == "why is the sky blue?"
    assert said(there.world.asked()) == [("user", "why is the **sky** blue?")]
    assert 'from="Ana"' in there.world.asked()[0]["content"][0]["text"]
