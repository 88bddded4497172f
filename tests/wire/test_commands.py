"""What people do on Discord with commands, the menu of a message, and the Stop button."""

import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from sandbox.discord import Discord, Flag, Person
from sandbox.discord.interactions import Interaction
from tests.wire.test_discord import Guild
from tests.wire.test_talk import said
from tests.world import world

LONG = " ".join(f"word{n}" for n in range(700))


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


async def responded(discord: Discord, used: Interaction, text: str) -> None:
    """Return once all that *used* has led to is one message that says *text*, for good."""
    await discord.until(lambda: [(one.text, one.buttons) for one in used.responses] == [(text, ())])


async def pressed(there: Guild, who: Person, channel: str) -> Interaction:
    """The Stop button below our growing answer in *channel*, pressed by *who*."""
    await there.until(lambda: any(one.buttons for one in there.discord.answers(channel)))
    answer = there.discord.answers(channel)[-1]
    return await there.discord.press(who, channel, answer.id, answer.buttons[0])


async def test_a_question_by_command_is_answered_in_our_response(there: Guild) -> None:
    there.world.claude.answers(["Blue.", "Because."])
    async with there.world.bot():
        used = await there.discord.slash(there.ana, there.general, "claude ask", text="which?")
        await responded(there.discord, used, "Blue.")
        (response,) = used.responses
        assert not response.loading
        assert not response.ephemeral
        assert Flag.SUPPRESS_EMBEDS in response.flags
        assert not response.buttons

        reply = "and why?"
        await there.discord.say(there.ana, there.general, reply, reply_to=response.id, ping=False)
        await there.answered(response.id, "Because.")
    texts = [text for _, text in said(there.world.asked())]
    assert texts == ["which?", "Blue.", "and why?"]
    assert 'from="Ana"' in str(there.world.asked())


async def test_a_command_is_answered_in_threads_and_dms_and_remembered(there: Guild) -> None:
    there.world.claude.answers(["One.", "Two.", "Three."])
    dm = there.discord.dm(there.ana)
    async with there.world.bot():
        thread = await there.ask("first")
        await there.answered(thread, "One.")
        used = await there.discord.slash(there.ana, thread, "claude ask", text="second")
        await responded(there.discord, used, "Two.")
        assert [text for _, text in said(there.world.asked())] == ["first", "One.", "second"]
        used = await there.discord.slash(there.ana, dm, "claude ask", text="alone")
        await responded(there.discord, used, "Three.")


async def test_a_long_answer_to_a_command_goes_on_in_a_thread_below_it(there: Guild) -> None:
    there.world.claude.answers(LONG)
    async with there.world.bot():
        used = await there.discord.slash(
            there.ana, there.general, "claude ask", text="much, please"
        )
        await there.until(lambda: used.responses and not used.thinking)
        (first,) = used.responses
        await there.until(lambda: there.discord.threads(there.general) == [first.id])
        await there.until(lambda: shown(there, used).split() == LONG.split())
    assert there.discord.name(first.id) == "much, please"


def shown(there: Guild, used: Interaction) -> str:
    (first,) = used.responses
    return " ".join([first.text, *(one.text for one in there.discord.answers(first.id))])


async def test_a_message_is_asked_about_from_its_menu(there: Guild) -> None:
    there.world.claude.answers("A boat.")
    ben = there.discord.person("Ben")
    plan = await there.discord.say(ben, there.general, "We build <@&1> a boat.\nOf wood.")
    async with there.world.bot():
        used = await there.discord.context_menu(there.ana, there.general, "Ask Claude", plan)
        await responded(there.discord, used, "A boat.")
    ((_, asked),) = said(there.world.asked())
    assert asked == "Please answer this message of Ben:\n> We build @role a boat.\n> Of wood."


async def test_the_stop_button_stops_within_a_second(there: Guild) -> None:
    talk(there)
    async with there.world.bot():
        thread = await there.ask("talk")
        used = await pressed(there, there.ana, thread)
        began = time.monotonic()
        await stopped(there, thread)
        assert time.monotonic() - began < 1
        await there.until(lambda: there.world.claude.disconnects == 1)
        assert not there.discord.answers(thread)[-1].buttons
        assert not used.followups
        there.world.claude.answers("Gladly.")
        await there.discord.say(there.ana, thread, "go on")
        await there.until(lambda: len(there.discord.answers(thread)) == 2)
    roles = [role for role, _ in said(there.world.asked())]
    assert roles == ["user", "assistant", "user", "user"]
    assert said(there.world.asked())[2][1].startswith("[Your answer above was interrupted")
    assert said(there.world.asked())[1][1].split()[0] == "word0"


async def test_strangers_stop_nothing_and_managers_do(there: Guild) -> None:
    talk(there)
    ben = there.discord.person("Ben")
    boss = there.discord.person("Boss", manage_channels=True, locale="ja")
    async with there.world.bot():
        thread = await there.ask("talk")
        used = await pressed(there, ben, thread)
        await there.until(lambda: used.followups)
        (told,) = used.followups
        assert told.words.text.startswith("Only the person who asked")
        assert Flag.EPHEMERAL in told.flags
        assert there.discord.answers(thread)[-1].buttons
        await pressed(there, boss, thread)
        await stopped(there, thread)


async def test_a_button_works_after_a_restart(there: Guild) -> None:
    talk(there)
    async with there.world.bot(drain=0):
        thread = await there.ask("talk")
        await there.until(lambda: any(one.buttons for one in there.discord.answers(thread)))
    async with there.world.bot():
        await there.until(lambda: len(there.world.claude.requests) == 2)
        await pressed(there, there.ana, thread)
        await stopped(there, thread)


async def test_slash_stop_stops_all_of_the_callers_answers_in_the_channel(there: Guild) -> None:
    talk(there)
    ben = there.discord.person("Ben")
    async with there.world.bot(drain=0):
        mine = [await there.ask("one"), await there.ask("two")]
        his = await there.discord.say(ben, there.general, f"<@{there.discord.bot_user}> three")
        await there.until(lambda: len(there.world.claude.requests) == 3)
        used = await there.discord.slash(there.ana, there.general, "claude stop")
        await responded(there.discord, used, "Stopped: 2.")
        await there.until(lambda: all(ends_stopped(there, thread) for thread in mine))
        assert not ends_stopped(there, his)
        used = await there.discord.slash(there.ana, there.general, "claude stop")
        await responded(there.discord, used, "You have no answer in the making here.")
        assert all(one.ephemeral for one in used.responses)


async def test_help_is_told_to_the_caller_alone_in_their_language(there: Guild) -> None:
    mai = there.discord.person("Mai", locale="ja")
    async with there.world.bot():
        used = await there.discord.slash(mai, there.general, "claude help")
        await there.until(lambda: used.responses and not used.thinking)
    (told,) = used.responses
    assert told.ephemeral
    assert told.text.startswith("**質問する**")


async def test_who_may_not_speak_with_us_may_not_by_command_either(there: Guild) -> None:
    async with there.world.bot('[access]\nusers = ["discord:1"]'):
        used = await there.discord.slash(there.ana, there.general, "claude ask", text="hello?")
        await there.until(lambda: used.responses and not used.thinking)
        (told,) = used.responses
        assert told.text.startswith("You may not use me here")
        assert told.ephemeral
    assert not there.world.claude.requests


async def test_what_is_asked_about_a_message_can_be_stopped(there: Guild) -> None:
    talk(there)
    plan = await there.discord.say(there.discord.person("Ben"), there.general, "A boat.")
    async with there.world.bot():
        await there.discord.context_menu(there.ana, there.general, "Ask Claude", plan)
        await pressed(there, there.ana, there.general)
        await stopped(there, there.general)


@pytest.mark.parametrize("processed", [True, False])
async def test_a_question_whose_deferral_got_no_reply_is_answered(
    there: Guild, *, processed: bool
) -> None:
    there.world.claude.answers("Blue.")
    async with there.world.bot():
        there.discord.faults.drop("create_interaction_response", processed=processed)
        used = await there.discord.slash(there.ana, there.general, "claude ask", text="which?")
        await responded(there.discord, used, "Blue.")
    assert len(there.world.claude.requests) == 1


async def test_an_answer_outlives_the_token_of_its_command(there: Guild) -> None:
    there.discord.interactions.token_lives = 0.4
    there.world.claude.pace = 20
    there.world.claude.answers(LONG[:400])
    async with there.world.bot():
        used = await there.discord.slash(there.ana, there.general, "claude ask", text="slowly")
        await responded(there.discord, used, LONG[:400])
        assert used.expired


async def test_a_command_is_answered_by_who_takes_over(there: Guild) -> None:
    there.world.claude.pace = 20
    there.world.claude.answers(LONG[:400])
    async with there.world.bot(drain=0):
        used = await there.discord.slash(there.ana, there.general, "claude ask", text="slowly")
        await there.until(lambda: used.responses and not used.thinking)
    there.world.claude.pace = 0
    async with there.world.bot():
        await responded(there.discord, used, LONG[:400])
    assert there.discord.answers(there.general) == used.responses


async def test_commands_are_told_to_discord_once(there: Guild) -> None:
    def synced() -> int:
        return sum(call.route == "overwrite_global_commands" for call in there.discord.calls)

    for _ in range(2):
        async with there.world.bot():
            await there.discord.slash(there.ana, there.general, "claude help")
        assert synced() == 1


async def test_nothing_pings_in_what_a_command_is_answered(there: Guild) -> None:
    text = "@everyone <@&7> https://evil.example/?d=secret"
    there.world.claude.answers(text)
    async with there.world.bot():
        used = await there.discord.slash(there.ana, there.general, "claude ask", text="ping them")
        await responded(there.discord, used, text)
    (answer,) = used.responses
    assert not answer.pinged
    assert not answer.unfurled


def talk(there: Guild) -> None:
    """Have Claude talk for longer than any test waits."""
    there.world.claude.pace = 40
    there.world.claude.answers(LONG)


def ends_stopped(there: Guild, thread: str) -> bool:
    answers = there.discord.answers(thread)
    return bool(answers) and answers[-1].text.endswith("Stopped.")


async def stopped(there: Guild, thread: str) -> None:
    await there.until(lambda: ends_stopped(there, thread))


async def test_a_channels_tier_and_prompt_are_changed_by_who_manages_it(there: Guild) -> None:
    boss = there.discord.person("Boss", manage_channels=True)
    there.world.claude.answers("Fine.")
    async with there.world.bot():
        used = await there.discord.slash(there.ana, there.general, "claude tier", name="complex")
        await there.until(lambda: used.responses and not used.thinking)
        assert used.responses[0].text.startswith("Only those who manage")

        used = await there.discord.slash(boss, there.general, "claude tier", name="complex")
        await there.until(lambda: len(used.responses) == 2)
        private, public = used.responses
        assert private.ephemeral
        assert public.text == "Boss set the tier of this channel to `complex`."
        assert not public.ephemeral

        used = await there.discord.slash(boss, there.general, "claude prompt set")
        await there.until(lambda: used.modal)
        sent = await there.discord.submit(used, {"text": "Be brief.\n\n@everyone"})
        await there.until(lambda: len(sent.responses) == 2)
        thread = await there.ask("hello?")
        await there.answered(thread, "Fine.")
    body = there.world.claude.requests[0].body
    assert body["model"] == "claude-opus-5-5"
    assert body["system"][0]["text"].endswith("\n\nBe brief.\n\n@everyone")
    async with there.world.bot():
        used = await there.discord.slash(there.ana, there.general, "claude settings")
        await there.until(lambda: used.responses and not used.thinking)
    assert "- `tier`: complex (/claude (Boss))" in used.responses[0].text


async def test_a_question_chooses_its_tier(there: Guild) -> None:
    there.world.claude.answers("Fine.")
    async with there.world.bot('[defaults]\ntier = "auto"'):
        for text, model in (
            ("hi", "haiku"),
            ("please review this", "opus"),
            ("!simple 1?", "haiku"),
        ):
            thread = await there.ask(text)
            await there.answered(thread, "Fine.")
            assert model in there.world.claude.requests[-1].body["model"]
        used = await there.discord.slash(
            there.ana, there.general, "claude ask", text="hi", tier="complex"
        )
        await responded(there.discord, used, "Fine.")
    assert "opus" in there.world.claude.requests[-1].body["model"]
    assert said(there.world.asked()) == [("user", "hi")]


async def test_commands_that_are_answered_together_leave_nothing_thinking(there: Guild) -> None:
    there.world.claude.pace = 20
    there.world.claude.answers([LONG[:300], "Both.", "No."])
    ben = there.discord.person("Ben")
    async with there.world.bot('[defaults]\npending = "merge"'):
        thread = await there.ask("first")
        await there.until(lambda: there.discord.answers(thread))
        mine = await there.discord.slash(there.ana, thread, "claude ask", text="second")
        his = await there.discord.slash(ben, thread, "claude ask", text="third")
        await responded(there.discord, his, "Both.")
        await there.answered(thread, LONG[:300], "Both.")
        await there.until(lambda: mine.original is None)  # taken away: nothing thinks there
    texts = [text for _, text in said(there.world.asked())]
    assert texts == ["first", LONG[:300], "second", "third"]


async def test_a_command_that_is_said_is_told_where_it_stands_in_the_menu(there: Guild) -> None:
    there.world.claude.answers("Blue.")
    async with there.world.bot():
        thread = await there.ask("which colour?")
        await there.answered(thread, "Blue.")
        await there.discord.say(there.ana, thread, "!tier complex")
        await there.answered(thread, "Blue.", "Here that is a command of its own: `/claude tier`.")
    assert len(there.world.claude.requests) == 1
