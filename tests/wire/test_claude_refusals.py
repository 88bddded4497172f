"""What Claude's API refuses for good: told at once in a sentence, and never asked in vain again."""

import structlog
from structlog.testing import capture_logs

from sandbox import claude as wire
from sandbox.claude import Fault
from sandbox.claude.faults import Reply
from tests.wire.places import Place, all_show, apart, ask, asked_apart, asked_at_once, sentence
from tests.wire.test_keys import ANSWER, without_key
from tests.world import World

BARRED, REFUSED = sentence("claude.barred"), sentence("claude.refused")
ACCOUNT: dict[str, Fault] = {
    "401": wire.status(401),
    "402": wire.status(402),
    "403": wire.status(403),
    "enforced limit": wire.status(429, error_code="enforced_spend_limit_reached"),
    "contract limit": wire.status(429, error_code="contract_spend_limit_reached"),
    "our own limit": wire.status(400, message="You have reached your specified API usage limits."),
}
REQUEST: dict[str, Fault] = {
    "400": wire.status(400, message='messages: roles must alternate between "user" and ...'),
    "422": wire.status(422),
    "redirect": Reply(307, b"", {"location": "https://elsewhere.invalid/v1/messages"}),
}


async def test_what_the_account_forbids_is_told_at_once_and_what_a_request_is_refused_for_too(
    there: World,
) -> None:
    there.claude.answers(ANSWER)
    faults = {name: [fault] for name, fault in (ACCOUNT | REQUEST).items()}
    places, tiers = apart(there, list(faults))
    async with there.bot(tiers):
        asked = await asked_apart(there, places, faults)
        barred, refused = asked[: len(ACCOUNT)], asked[len(ACCOUNT) :]
        await all_show(there, barred, BARRED)
        await all_show(there, refused, REFUSED)
        assert len(there.claude.requests) == len(faults), "each once"
        for place in asked:
            await ask(there, place, "and now?")
        await all_show(there, refused, REFUSED, ANSWER)
        await all_show(there, barred, BARRED, BARRED)
    assert len(there.claude.requests) == len(faults) + len(refused), "no key is tried in vain"


async def test_while_all_keys_are_refused_each_question_has_a_sentence_and_claude_has_its_peace(
    there: World,
) -> None:
    there.claude.answers(ANSWER)
    there.claude.keys = {"sk-ant-1": wire.status(401), "sk-ant-2": None}
    (there.folder / "key").write_text("sk-ant-1\n")
    channels = [there.slack.channel(f"c{number}") for number in range(5)]
    mention = f"<@{there.slack.bot_user}> is it so?"
    with capture_logs() as lines:
        async with without_key(there, ANTHROPIC_API_KEY_FILE="key").bot():
            looked_up = len(there.claude.refused)  # the models, at start
            for channel in channels:
                thread = await there.slack.say(there.ana, channel, mention)
                await all_show(there, [Place(channel, channel, thread)], BARRED)
            assert len(there.claude.refused) == looked_up + 1
            (there.folder / "key").write_text("sk-ant-2\n")
            await there.answered(await there.ask("and now?"), ANSWER)
    structlog.reset_defaults()
    told = [line["event"] for line in lines]
    assert [told.count(word) for word in ("keys_refused", "keys_accepted")] == [1, 1]
    assert "sk-ant" not in str(lines)


async def test_what_is_too_long_is_halved_once_and_then_told(there: World) -> None:
    there.claude.answers(["One.", "Two.", "Three."])
    async with there.bot():
        thread = await there.ask("first")
        await there.answered(thread, "One.")
        await there.slack.say(there.ana, there.general, "second", thread)
        await there.answered(thread, "One.", "Two.")
        there.claude.faults.extend([wire.status(413)] * 9)
        await there.slack.say(there.ana, there.general, "third", thread)
        moved = sentence("window.moved")
        await there.answered(thread, "One.", "Two.", f"{sentence('claude.too_long')}\n{moved}")
    assert len(there.claude.requests) == 4


async def test_a_redirect_takes_neither_key_nor_question_elsewhere(there: World) -> None:
    async with wire.Claude() as elsewhere:
        location = {"location": f"{elsewhere.base_url}/v1/messages"}
        codes = (301, 302, 303, 307, 308)
        faults: dict[str, Fault] = {f"{code}": Reply(code, b"", location) for code in codes}
        async with there.bot():
            await all_show(there, await asked_at_once(there, faults), REFUSED)
        assert elsewhere.requests == []
        assert elsewhere.refused == []
