"""What is asked for one person alone: only they see question and answer, on both platforms."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from sandbox import claude as wire
from sandbox.discord import Flag
from sandbox.discord.interactions import Interaction
from tests.wire.test_commands import LONG, responded, talk
from tests.wire.test_discord import Guild
from tests.wire.test_talk import said
from tests.world import World, world

SECRET = "What do I earn?"
SLOW = LONG[:210].strip()


@pytest.fixture
async def there(store_url: str, tmp_path: Path) -> AsyncGenerator[Guild]:
    async with world(store_url, tmp_path, "discord") as made:
        yield Guild(made, made.discord, made.discord.person("Ana"), made.discord.channel("general"))


@pytest.fixture
async def team(store_url: str, tmp_path: Path) -> AsyncGenerator[World]:
    async with world(store_url, tmp_path, "slack") as made:
        yield made


async def asked(there: Guild, where: str, text: str = SECRET, **options: object) -> Interaction:
    return await there.discord.slash(
        there.ana, where, "claude ask", text=text, private=True, **options
    )


async def test_on_discord_a_private_answer_is_seen_by_its_asker_alone(there: Guild) -> None:
    there.world.claude.answers(["Blue.", "Nothing.", "A lot.", "Red."])
    toml = f'[channels."discord:{there.general}"]\nprompt = "Be kind."'
    async with there.world.bot(toml):
        thread = await there.ask("which colour?")
        await there.answered(thread, "Blue.")
        for where, answer in ((thread, "Nothing."), (there.general, "A lot.")):
            used = await asked(there, where, tier="complex")
            await responded(there.discord, used, answer)
            assert all(one.ephemeral for one in used.responses)
            assert Flag.SUPPRESS_EMBEDS in used.responses[0].flags
            request = there.world.claude.requests[-1].body
            assert [text for _, text in said(there.world.asked())] == [SECRET]
            assert request["system"][0]["text"].endswith("Be kind.")
            assert "opus" in request["model"]
        await there.discord.say(there.ana, thread, "and now?")
        await there.answered(thread, "Blue.", "Red.")
    assert [text for _, text in said(there.world.asked())] == ["which colour?", "Blue.", "and now?"]
    assert not there.discord.answers(there.general)
    assert not there.discord.answers(there.discord.dm(there.ana))


async def test_a_long_private_answer_goes_on_in_follow_ups(there: Guild) -> None:
    there.world.claude.answers(LONG)
    async with there.world.bot():
        used = await asked(there, there.general)
        await there.until(
            lambda: " ".join(one.text for one in used.responses).split() == LONG.split()
        )
        assert len(used.responses) > 2
        assert all(one.ephemeral for one in used.responses)


async def test_a_private_answer_is_stopped_by_its_button(there: Guild) -> None:
    talk(there)
    async with there.world.bot():
        used = await asked(there, there.general)
        await there.until(lambda: used.responses[0].buttons)
        shown = used.responses[0]
        await there.discord.press(there.ana, there.general, shown.id, shown.buttons[0])
        await there.until(lambda: used.responses[0].text.endswith("Stopped."))
        await there.until(lambda: not used.responses[0].buttons)


async def test_a_private_answer_is_written_by_who_takes_over(there: Guild) -> None:
    there.world.claude.pace = 20
    there.world.claude.answers(SLOW)
    async with there.world.bot(drain=0):
        used = await asked(there, there.general)
        await there.until(lambda: used.responses and not used.thinking)
    there.world.claude.pace = 0
    async with there.world.bot():
        await responded(there.discord, used, SLOW)
    assert all(one.ephemeral for one in used.responses)


async def test_what_outlives_its_token_is_sent_to_the_asker_as_a_direct_message(
    there: Guild,
) -> None:
    there.discord.interactions.token_lives = 0.3
    there.world.claude.pace = 20
    there.world.claude.answers(SLOW)
    async with there.world.bot():
        used = await asked(there, there.general)
        await there.until(
            lambda: (
                [one.text for one in there.discord.answers(there.discord.dm(there.ana))]
                == [f"The private answer that you asked for in <#{there.general}>:", SLOW]
            )
        )
        assert used.expired
    assert not there.discord.answers(there.general)
    assert len(there.world.claude.requests) == 1


async def test_who_may_not_speak_with_us_may_not_privately_either(there: Guild) -> None:
    async with there.world.bot('[access]\nusers = ["discord:1"]'):
        used = await asked(there, there.general)
        await there.until(lambda: used.responses and not used.thinking)
    assert used.responses[0].text.startswith("You may not use me here")
    assert used.responses[0].ephemeral
    assert not there.world.claude.requests


async def test_on_slack_a_private_question_is_answered_in_a_direct_message(team: World) -> None:
    team.claude.answers(["Blue.", "A lot.", "Really."])
    toml = f'[channels."slack:{team.general}"]\nprompt = "Be kind."'
    async with team.bot(toml):
        thread = await team.ask("which colour?")
        await team.answered(thread, "Blue.")
        used = await team.slack.slash(team.ana, team.general, f"ask private tier:complex {SECRET}")
        dm = team.slack.dm(team.ana)
        await team.slack.until(lambda: len(team.slack.messages(dm)) == 2 and used.told)
        root, answer = team.slack.messages(dm)
        await team.slack.until(lambda: team.slack.messages(dm)[1].text == "A lot.")
        assert answer.thread_ts == root.ts
        assert [text for _, text in said(team.asked())] == [SECRET]
        assert team.claude.requests[-1].body["system"][0]["text"].endswith("Be kind.")
        assert "opus" in team.claude.requests[-1].body["model"]
        assert "direct message" in used.texts[0]
        await team.slack.say(team.ana, dm, "really?", root.ts)
        await team.slack.until(lambda: len(team.slack.messages(dm)) == 4)
    question, *rest = [text for _, text in said(team.asked())]
    assert question.endswith(SECRET)
    assert rest == ["A lot.", "really?"]
    assert SECRET not in str(team.slack.messages(team.general))
    assert len(team.claude.requests) == 3


async def test_who_asks_privately_in_a_dm_with_somebody_else_is_told_where(team: World) -> None:
    team.claude.answers("Blue.")
    others = team.slack.dm(team.slack.person("Ben"))  # some DM that is not hers with us
    async with team.bot():
        used = await team.slack.slash(team.ana, others, "private which colour?")
        await team.slack.until(lambda: used.told)
        ours = team.slack.dm(team.ana)
        await team.slack.until(lambda: len(team.slack.messages(ours)) == 2)
    assert used.told[0]["text"].startswith("Only you see this: I answer in our direct message")
    assert not team.slack.messages(others)


async def test_on_slack_a_private_answer_can_be_stopped_and_is_asked_once(team: World) -> None:
    team.claude.pace = 40
    team.claude.answers(LONG)
    elsewhere = team.slack.channel("elsewhere", member=False)
    async with team.bot():
        await team.slack.slash(team.ana, elsewhere, f"private {SECRET}")
        dm = team.slack.dm(team.ana)
        await team.slack.until(lambda: buttons(team, dm))
        answer = team.slack.messages(dm)[1]
        await team.slack.press(team.ana, dm, answer.ts, "parley:stop")
        await team.slack.until(lambda: team.slack.messages(dm)[1].text.endswith("Stopped."))
        await team.slack.until(lambda: team.slack.acked(team.slack.messages(dm)[0].ts))
    assert len(team.claude.requests) == 1


async def test_on_slack_a_press_below_a_private_answer_is_told_what_came_of_it(team: World) -> None:
    team.claude.answers("A lot, I.")
    team.claude.faults.append(wire.stop_reason("max_tokens"))
    dm = team.slack.dm(team.ana)
    async with team.bot():
        await team.slack.slash(team.ana, team.general, f"private {SECRET}")
        await team.slack.until(lambda: "length limit" in str(team.slack.messages(dm)))
        used = await team.slack.slash(team.ana, dm, "forget me")
        await team.slack.until(lambda: used.told)
        root, answer = team.slack.messages(dm)
        await team.slack.press(team.ana, dm, answer.ts, "parley:continue")
        await team.slack.until(lambda: team.slack.ephemerals)
    (told,) = team.slack.ephemerals
    assert (told["channel"], told["user"], told["thread_ts"]) == (dm, team.ana.id, root.ts)
    assert "nothing to go on" in told["text"]


def buttons(team: World, dm: str) -> object:
    return team.slack.messages(dm)[1].blocks[1:]


async def test_a_private_question_that_was_only_posted_is_heard_from_slack(team: World) -> None:
    team.claude.answers("A lot.")
    dm = team.slack.dm(team.ana)
    async with team.bot():
        await team.slack.slash(team.ana, team.general, f"private {SECRET}")
        await team.slack.until(lambda: team.slack.messages(dm)[1].text == "A lot.")
        await team.slack.redeliver(team.slack.messages(dm)[0].ts)
        await team.slack.until(lambda: team.slack.acked(team.slack.messages(dm)[0].ts))
    assert len(team.claude.requests) == 1
    assert len(team.slack.messages(dm)) == 2
