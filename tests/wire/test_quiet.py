"""A thread where we are to be quiet: read along by all processes, answered where we are called."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from sandbox.discord import Flag
from tests.wire.test_discord import Guild
from tests.wire.test_slack_commands import notices, whispered
from tests.wire.test_talk import said
from tests.world import World, world


@pytest.mark.parametrize("reply", ["thread", "all"])
async def test_on_slack_a_quiet_thread_is_answered_where_we_are_called_until_woken(
    there: World, reply: str
) -> None:
    there.claude.answers(["Blue.", "Soup.", "Gladly."])
    ben = there.slack.person("Ben")
    toml = f'[defaults]\nreply = "{reply}"'
    async with there.bot(toml), there.bot(toml):
        await there.slack.until(lambda: there.slack.connections == 2)
        thread = await there.ask("which colour?")
        await there.answered(thread, "Blue.")
        await there.slack.say(ben, there.general, "!quiet", thread)
        await there.slack.until(
            lambda: whispered(there, ben, thread) and notices(there, thread)[1:]
        )
        for text in ("lunch?", "noon", "soup?"):
            await there.slack.say(ben, there.general, text, thread)
        await there.slack.until(lambda: not there.slack.unacked)
        assert len(there.claude.requests) == 1
        await there.ask("who eats what?", thread)
        await there.slack.until(lambda: "Soup." in notices(there, thread))
        await there.ask("!wake", thread)
        await there.slack.until(lambda: whispered(there, there.ana, thread))
        await there.slack.until(lambda: len(notices(there, thread)) == 4)
        await there.slack.say(there.ana, there.general, "thanks", thread)
        await there.slack.until(lambda: notices(there, thread)[4:] == ["Gladly."])
    quiet, woken = (text for text in notices(there, thread) if "undoes that" in text)
    assert quiet.startswith("Ben asked me to be quiet in this thread")
    assert woken.startswith("Ana woke me")
    texts = ["which colour?", "Blue.", "lunch?", "noon", "soup?", "who eats what?"]
    assert [text for _, text in said(there.asked())] == [*texts, "Soup.", "thanks"]
    assert len(there.claude.requests) == 3


@pytest.fixture
async def guild(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


async def test_on_discord_quiet_and_wake_stand_in_the_menu_of_a_thread(guild: Guild) -> None:
    there = guild
    there.world.claude.answers(["Blue.", "Soup.", "Gladly."])
    async with there.world.bot():
        used = await there.discord.slash(there.ana, there.general, "claude quiet")
        await there.until(lambda: used.responses and not used.thinking)
        assert used.responses[0].text.startswith("Each thread here")
        thread = await there.ask("which colour?")
        (blue,) = await there.answered(thread, "Blue.")
        used = await there.discord.slash(there.ana, thread, "claude quiet")
        await there.until(lambda: len(used.responses) == 2)
        private, public = used.responses
        assert (private.ephemeral, public.ephemeral) == (True, False)
        assert public.text.startswith("Ana asked me to be quiet in this thread")
        assert Flag.SUPPRESS_EMBEDS in public.flags
        await there.discord.say(there.ana, thread, "lunch?")
        await there.discord.say(there.ana, thread, "!wake")
        menu = "Here that is a command of its own: `/claude wake`."
        await there.until(lambda: shown(there, thread)[-1] == menu)
        await there.discord.say(there.ana, thread, "and you?", reply_to=blue.id, ping=False)
        await there.until(lambda: shown(there, thread)[-1] == "Soup.")
        used = await there.discord.slash(there.ana, thread, "claude wake")
        await there.until(lambda: len(used.responses) == 2)
        await there.discord.say(there.ana, thread, "thanks")
        await there.until(lambda: shown(there, thread)[-1] == "Gladly.")
    texts = ["which colour?", "Blue.", "lunch?", "and you?", "Soup.", "thanks"]
    assert [text for _, text in said(there.world.asked())] == texts


def shown(there: Guild, channel: str) -> list[str]:
    return [message.text for message in there.discord.answers(channel)]
