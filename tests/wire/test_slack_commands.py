"""What people do on Slack with `/claude`, with `!commands` in threads, forms and shortcuts."""

from tests.wire.test_talk import said
from tests.world import World

ADMIN = '[access]\nadmins = ["slack:{}"]'


async def test_a_bare_command_tells_a_newcomer_alone_what_to_do(there: World) -> None:
    async with there.bot():
        used = await there.slack.slash(there.ana, there.general)
        await there.slack.until(lambda: used.told)
    (told,) = used.told
    assert told["response_type"] == "ephemeral"
    assert "/claude ask" in told["text"]
    assert "• `tier`: general (default)" in told["text"]
    assert not used.failed
    assert not there.slack.messages(there.general)


async def test_a_question_by_command_is_asked_under_the_askers_name(there: World) -> None:
    there.claude.answers(["Rayleigh.", "Gladly."])
    async with there.bot():
        used = await there.slack.slash(there.ana, there.general, "why is <the> sky @here blue?")
        await there.slack.until(lambda: there.slack.messages(there.general))
        question = there.slack.messages(there.general)[0]
        assert (question.name, question.text) == ("Ana", "why is <the> sky @here blue?")
        await there.slack.until(lambda: len(there.slack.thread(there.general, question.ts)) == 2)
        await there.slack.say(there.ana, there.general, "thanks", question.ts)
        await there.slack.until(lambda: len(there.slack.thread(there.general, question.ts)) == 4)
        await there.slack.until(lambda: not there.slack.unacked)
    texts = [one.text for one in there.slack.thread(there.general, question.ts)]
    assert texts[1:] == ["Rayleigh.", "thanks", "Gladly."]
    assert not used.told
    assert not any(one.pinged or one.unfurled for one in there.slack.messages(there.general))
    assert [text for _, text in said(there.asked())] == [
        "why is <the> sky @here blue?",
        "Rayleigh.",
        "thanks",
    ]
    assert 'from="Ana"' in str(there.asked())
    assert len(there.claude.requests) == 2
