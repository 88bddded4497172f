"""What helps where asking again does not: half of the window, one turn less, another tier."""

from typing import Any

import pytest

from sandbox import claude as wire
from sandbox.claude import Fault
from sandbox.claude.faults import Reply
from tests.wire.test_talk import said
from tests.world import World

STANDS_IN = "> The tier “simple” answers here for now: “general” is not available."
GONE = '[tiers.general]\nmodel = "claude-gone-9"\n'
FALLBACK = '[tiers.general]\nfallback = "simple"\n'
AT_ONCE = wire.status(529, headers={"x-should-retry": "false"})


def models(there: World) -> list[str]:
    return [seen.body["model"].split("-")[1] for seen in there.claude.requests]


async def test_another_tier_stands_in_and_the_thread_is_told_once(there: World) -> None:
    there.claude.answers("Well.")
    there.claude.faults.extend([AT_ONCE, None, AT_ONCE, None, None, AT_ONCE])
    async with there.bot(FALLBACK):
        thread = await there.ask("first")
        told = f"Well.\n\n{STANDS_IN}"
        await there.answered(thread, told)
        for texts in ([told, "Well."], [told, "Well.", "Well."], [told, "Well.", "Well.", told]):
            await there.slack.say(there.ana, there.general, "and then?", thread)
            await there.answered(thread, *texts)
    assert models(there) == ["sonnet", "haiku", "sonnet", "haiku", "sonnet", "sonnet", "haiku"]
    assert "stands in" not in str(there.asked())


async def test_a_model_that_is_gone_has_its_tier_stood_in_for(there: World) -> None:
    there.claude.answers("Well.")
    async with there.bot(GONE + 'fallback = "simple"\n'):
        thread = await there.ask("first")
        await there.answered(thread, f"Well.\n\n{STANDS_IN}")
    assert models(there) == ["gone", "haiku"]


async def test_a_model_that_is_gone_is_told_and_not_asked_again(there: World) -> None:
    there.claude.has_models = False  # or the bot would not have started
    async with there.bot(GONE):
        thread = await there.ask("first")
        await there.slack.until(lambda: bool(there.answers(thread)))
    assert "does not serve the model" in there.answers(thread)[0].text
    assert models(there) == ["gone"]


TOO_LONG: dict[str, Fault] = {
    "413": wire.status(413),
    "413 of a proxy": Reply(413, b"<h1>Too large</h1>"),
    "400": wire.status(400, message="prompt is too long: 1000001 tokens > 1000000 maximum"),
}


@pytest.mark.parametrize("fault", TOO_LONG.values(), ids=TOO_LONG.keys())
async def test_what_is_too_long_is_asked_with_half_of_it_and_so_from_then_on(
    there: World, fault: Fault
) -> None:
    there.claude.answers(["One.", "Two.", "Three.", "Four."])
    moved = "> This conversation has become long: I no longer read its oldest messages."
    async with there.bot():
        thread = await there.ask("first, and at length: " * 9)
        await there.answered(thread, "One.")
        await there.slack.say(there.ana, there.general, "second", thread)
        await there.answered(thread, "One.", "Two.")
        there.claude.faults.append(fault)
        await there.slack.say(there.ana, there.general, "third", thread)
        shown = ["One.", "Two.", f"Three.\n\n{moved}"]
        await there.answered(thread, *shown)
        assert [text for _, text in said(there.asked())] == ["second", "Two.", "third"]
        await there.slack.say(there.ana, there.general, "fourth", thread)
        await there.answered(thread, *shown, "Four.")
    assert [text for _, text in said(there.asked())][:2] == ["second", "Two."]


async def test_a_question_that_is_too_long_by_itself_is_told(there: World) -> None:
    there.claude.faults.extend([wire.status(413)] * 3)
    async with there.bot():
        thread = await there.ask("long")
        await there.answered(thread, "That is too much for Claude at once.")
    assert len(there.claude.requests) == 1


async def test_a_turn_that_the_api_does_not_accept_wedges_no_channel(there: World) -> None:
    def refuse_poison(body: dict[str, Any]) -> str:
        return "Fine." if "poison" not in str(body) else "Poisoned."

    there.claude.answers(refuse_poison)
    async with there.bot():
        thread = await there.ask("poison")
        await there.answered(thread, "Poisoned.")
        sentence = "messages.0.content.0.text: canary words of a prompt"
        there.claude.faults.append(wire.status(400, message=sentence))
        await there.slack.say(there.ana, there.general, "hello", thread)
        left_out = "> I left out earlier messages that Claude's API does not accept."
        await there.answered(thread, "Poisoned.", f"Fine.\n\n{left_out}")
        assert len(there.claude.requests) == 3
        await there.slack.say(there.ana, there.general, "again", thread)
        await there.slack.until(lambda: len(there.answers(thread)) == 3)
    assert len(there.claude.requests) == 4
    assert [text for _, text in said(there.asked())] == ["hello", "Fine.", "again"]


async def test_two_turns_that_the_api_does_not_accept_wedge_no_channel_either(
    there: World,
) -> None:
    there.claude.answers(["One.", "Two.", "Three."])
    named = wire.status(400, message="messages.0.content.0.text: bad")
    async with there.bot():
        thread = await there.ask("poison")
        await there.answered(thread, "One.")
        await there.slack.say(there.ana, there.general, "more poison", thread)
        await there.answered(thread, "One.", "Two.")
        there.claude.faults.extend([named, named, wire.status(400, message="no")])
        await there.slack.say(there.ana, there.general, "hello", thread)
        await there.slack.until(lambda: len(there.answers(thread)) == 3)
        # Nobody would tell it later: the next question finds nothing to leave out.
        assert "I left out earlier messages" in there.answers(thread)[2].text
        await there.slack.say(there.ana, there.general, "again", thread)
        await there.slack.until(lambda: there.answers(thread)[-1].text == "Three.")
    assert "poison" not in str(there.asked())


async def test_an_answer_that_pauses_is_taken_up_again(there: World) -> None:
    there.claude.answers(["One, ", "two, ", "three."])
    there.claude.faults.extend([wire.stop_reason("pause_turn")] * 2)
    async with there.bot():
        thread = await there.ask("count")
        await there.answered(thread, "One, two, three.")
    assert [text for _, text in said(there.asked())][:2] == ["count", "One, two, "]


async def test_an_answer_that_pauses_for_ever_is_cut(there: World) -> None:
    there.claude.answers(list("abcdef"))
    there.claude.faults.extend([wire.stop_reason("pause_turn")] * 9)
    async with there.bot():
        thread = await there.ask("count")
        await there.answered(
            thread, "abcd\n\n> The answer stops here: it reached its length limit."
        )
    assert len(there.claude.requests) == 4


async def test_a_window_that_is_full_moves_for_the_next_question(there: World) -> None:
    there.claude.answers(["One.", "Two", "Three."])
    async with there.bot():
        thread = await there.ask("first")
        await there.answered(thread, "One.")
        there.claude.faults.append(wire.stop_reason("model_context_window_exceeded"))
        await there.slack.say(there.ana, there.general, "second", thread)
        await there.slack.until(lambda: len(there.answers(thread)) == 2)
        await there.slack.until(lambda: "I no longer read" in there.answers(thread)[1].text)
        assert there.answers(thread)[1].text.startswith("Two\n\n> The answer stops here: this")
        await there.slack.say(there.ana, there.general, "third", thread)
        await there.slack.until(lambda: len(there.answers(thread)) == 3)
    assert [text for _, text in said(there.asked())] == [
        "second",
        "Two",
        "[Your answer above was interrupted before its end.]",
        "third",
    ]


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("max_tokens", "All of the limit went into thinking."),
        ("end_turn", "Claude had nothing to say to this."),
    ],
)
async def test_thinking_alone_is_no_answer(there: World, reason: str, sentence: str) -> None:
    there.claude.answers(" \n")
    there.claude.faults.append(wire.stop_reason(reason))
    async with there.bot():
        thread = await there.ask("think")
        await there.answered(thread, sentence)
