import asyncio
import contextlib
import warnings
from collections.abc import AsyncGenerator, AsyncIterator

import pytest
import yarl

from sandbox.discord import Discord, Person, Reply, Shown

with warnings.catch_warnings():
    # discord.py imports audioop, which Python 3.13 takes away; nothing here speaks.
    warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
    import discord as library
    from discord import app_commands
    from discord.ext import commands
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

INTENTS = library.Intents(37377)
GROUP = app_commands.Group(name="claude", description="Claude")


@GROUP.command(name="ask", description="Ask")
async def ask(interaction: library.Interaction, text: str) -> None:
    """Think, answer, follow up."""
    await interaction.response.defer(thinking=True)
    await interaction.edit_original_response(content=f"About {text}")
    await interaction.followup.send("@everyone more")


@app_commands.context_menu(name="Ask Claude")
async def about(interaction: library.Interaction, message: library.Message) -> None:
    """Answer for one person alone."""
    await interaction.response.send_message(f"About {message.content}", ephemeral=True)


class Stop(
    library.ui.DynamicItem[library.ui.Button[library.ui.View]], template=r"stop:(?P<turn>\d+)"
):
    """A button that outlives the process."""

    @classmethod
    async def from_custom_id(
        cls,
        _interaction: library.Interaction,
        item: library.ui.Item[library.ui.View],
        _match: object,
        /,
    ) -> "Stop":
        """The button that was pressed."""
        assert isinstance(item, library.ui.Button)
        return cls(item)

    async def callback(self, interaction: library.Interaction) -> None:
        """Change the message that the button is on."""
        await interaction.response.edit_message(content="stopped", view=None)


class Bot(commands.AutoShardedBot):
    """Answers who mentions it in a thread, by a message that grows."""

    def __init__(self, heartbeat_timeout: float = 60.0) -> None:
        super().__init__(
            "!",
            intents=INTENTS,
            max_messages=None,
            member_cache_flags=library.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=library.AllowedMentions.none(),
            heartbeat_timeout=heartbeat_timeout,
        )

    async def setup_hook(self) -> None:
        """Sync what people can use."""
        self.tree.add_command(GROUP)
        self.tree.add_command(about)
        self.add_dynamic_items(Stop)
        await self.tree.sync()

    async def on_message(self, message: library.Message, /) -> None:
        """Answer a mention; all else is none of its business."""
        if self.user not in message.mentions:
            return
        thread = await message.create_thread(name="An answer")
        view = library.ui.View(timeout=None)
        view.add_item(library.ui.Button(label="Stop", custom_id="stop:1"))
        posted = await thread.send("…", view=view, suppress_embeds=True)
        await thread.get_partial_message(posted.id).edit(content="@everyone https://a.example")


@contextlib.asynccontextmanager
async def running(bot: Bot, discord: Discord) -> AsyncGenerator[Bot]:
    """*bot*, connected; closed in the end."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bot.start(discord.bot_token))
        await discord.until(lambda: discord.connections and discord.commands)
        yield bot
        await bot.close()


async def _answered(discord: Discord, person: Person, channel: str) -> Shown:
    """The bot's whole answer to a mention."""
    asked = await discord.say(person, channel, f"<@{discord.bot_user}> hi")
    await discord.until(lambda: discord.answers(asked)[0].edits)
    return discord.answers(asked)[0]


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord(rates=True) as discord:
        # The library's own switches for another address.
        Route.BASE = discord.api_url
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(discord.gateway_url)
        yield discord


async def test_discord_py_hears_a_mention_answers_edits_and_goes_on_after_a_cut(
    discord: Discord, ana: Person, general: str
) -> None:
    async with running(Bot(), discord):
        answer = await _answered(discord, ana, general)
        assert answer.history == ("…", "@everyone https://a.example")
        assert (answer.buttons, answer.pinged, answer.unfurled) == (("stop:1",), (), ())
        discord.faults.abort_sockets()
        await discord.until(lambda: not discord.connections)
        await _answered(discord, ana, general)
        pressed = await discord.press(ana, answer.channel, answer.id, "stop:1")
        await discord.until(lambda: pressed.reply is Reply.UPDATE)
        assert discord.answers(answer.channel)[0].text == "stopped"
    assert (len(discord.resumes), len(discord.identifies)) == (1, 1)
    assert discord.refused.total() == 0


async def test_discord_py_answers_commands(discord: Discord, ana: Person, general: str) -> None:
    async with running(Bot(), discord):
        used = await discord.slash(ana, general, "claude ask", text="tea")
        await discord.until(lambda: used.responses[1])
        assert [shown.text for shown in used.responses] == ["About tea", "@everyone more"]
        assert used.responses[1].pinged == ()
        message = await discord.say(ana, general, "coffee")
        used = await discord.context_menu(ana, general, "Ask Claude", message)
        await discord.until(lambda: used.responses)
        assert (used.responses[0].text, used.responses[0].ephemeral) == ("About coffee", True)


async def test_discord_py_leaves_a_zombie_and_resumes(
    discord: Discord, ana: Person, general: str
) -> None:
    discord.gateway.heartbeat_every = 0.2
    async with running(Bot(heartbeat_timeout=0.6), discord):
        await _answered(discord, ana, general)
        discord.faults.freeze()
        await _answered(discord, ana, general)
    assert discord.resumes
    assert len(discord.identifies) == 1


async def test_discord_py_dies_of_an_event_that_is_malformed(
    discord: Discord, ana: Person, general: str
) -> None:
    discord.faults.malform("MESSAGE_CREATE", "author")
    bot = Bot()
    async with asyncio.timeout(5), bot:
        began = asyncio.ensure_future(bot.start(discord.bot_token))
        await discord.until(lambda: discord.connections)
        await discord.say(ana, general, "hi")
        with pytest.raises(AttributeError, match="author"):
            await began
