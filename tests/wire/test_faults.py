"""What goes wrong on the way to Claude: one whole answer, or one honest sentence."""

import pytest

from sandbox import claude as wire
from sandbox.claude import Fault
from tests.world import World

TEXT = "One two three four five six seven eight nine ten, and that is the whole of it."

# More of what may fail is in test_claude_bytes, many at once; here it is seen what is remembered.
ONCE: dict[str, Fault] = {
    "429 before the stream": wire.status(429, retry_after=0.1),
    "overload within the stream": wire.error_event(3),
    "connection reset within the stream": wire.cut(1100, "rst"),
    "stream ends without message_stop": wire.eof(),
}


@pytest.mark.parametrize("fault", ONCE.values(), ids=ONCE.keys())
async def test_what_fails_once_is_asked_again_and_answered_whole(
    there: World, fault: Fault
) -> None:
    there.claude.answers(TEXT)
    there.claude.faults.append(fault)
    async with there.bot():
        thread = await there.ask("count")
        await there.answered(thread, TEXT)
        await there.slack.say(there.ana, there.general, "and then?", thread)
        await there.answered(thread, TEXT, TEXT)
    assert len(there.claude.requests) == 3
    history = [block["text"] for m in there.asked() for block in m["content"]]
    assert history[1] == TEXT  # whole, and once


async def test_what_a_broken_attempt_showed_is_replaced_and_never_spliced(there: World) -> None:
    there.claude.answers(["AAAA " * 30, "BBBB " * 30 + "end."])
    there.claude.pace = 40
    there.claude.faults.append(wire.error_event(8))
    async with there.bot():
        thread = await there.ask("go")
        await there.answered(thread, "BBBB " * 30 + "end.")
    (message,) = there.answers(thread)
    assert any(text.startswith("AAAA") for text in message.history)
    assert all(not ("AAAA" in text and "BBBB" in text) for text in message.history)


async def test_giving_up_is_one_honest_sentence_that_history_does_not_hold(there: World) -> None:
    there.claude.overloaded = True
    async with there.bot("[claude]\npatience_wait = 1\npatience_turn = 1\n"):
        thread = await there.ask("hello?")
        await there.slack.until(lambda: bool(there.answers(thread)))
        (sentence,) = there.answers(thread)
        assert sentence.text.startswith("Claude is overloaded right now. I gave up after")
        there.claude.overloaded = False
        there.claude.answers("Back again.")
        await there.slack.say(there.ana, there.general, "and now?", thread)
        await there.answered(thread, sentence.text, "Back again.")
    assert [message["role"] for message in there.asked()] == ["user"]
    assert "gave up" not in str(there.asked())


async def test_a_give_up_in_the_middle_keeps_what_was_shown_and_says_that_it_is_cut(
    there: World,
) -> None:
    there.claude.answers(TEXT)
    there.claude.faults.extend([wire.eof(3)] * 20)
    async with there.bot("[claude]\npatience_wait = 1\npatience_turn = 1\n"):
        thread = await there.ask("count")
        await there.slack.until(lambda: any("unfinished" in m.text for m in there.answers(thread)))
        (message,) = there.answers(thread)
        assert message.text.startswith("One two")
        last = message.text.splitlines()[-1]
        assert last == "> The connection to Claude broke. The answer is unfinished."
        there.claude.faults.clear()
        await there.slack.say(there.ana, there.general, "again", thread)
        await there.answered(thread, message.text, TEXT)
    _, answer, then = there.asked()
    assert answer["content"][0]["text"].startswith("One two")
    note, _ = then["content"]
    assert note["text"] == "[Your answer above was interrupted before its end.]"


async def test_a_refused_request_is_told_at_once_and_not_repeated(there: World) -> None:
    there.claude.faults.append(wire.status(401))
    async with there.bot():
        thread = await there.ask("hello?")
        await there.slack.until(lambda: bool(there.answers(thread)))
    assert "takes none of our keys" in there.answers(thread)[0].text
    assert len(there.claude.requests) == 1


async def test_no_wait_is_longer_than_our_patience(there: World) -> None:
    there.claude.faults.append(wire.status(429, retry_after=86400))
    async with there.bot():
        thread = await there.ask("hello?")
        await there.slack.until(lambda: bool(there.answers(thread)), timeout=5)
    assert "rate limit" in there.answers(thread)[0].text


async def test_a_long_wait_is_told_until_there_is_text(there: World) -> None:
    there.claude.answers(TEXT)
    there.claude.faults.append(wire.status(529, retry_after=3.5))
    async with there.bot():
        thread = await there.ask("hello?")
        await there.answered(thread, TEXT)
    (message,) = there.answers(thread)
    assert message.history[0].startswith("Claude is overloaded right now. Try 2 of 9 in")


async def test_the_sentences_are_in_the_language_of_who_asks(there: World) -> None:
    yuki = there.slack.person("ゆき", locale="ja-JP")
    there.claude.faults.append(wire.status(400))
    async with there.bot():
        thread = await there.ask("こんにちは", person=yuki)
        await there.slack.until(lambda: bool(there.answers(thread)))
    assert "受け付けませんでした" in there.answers(thread)[0].text


ENDINGS = {
    "max_tokens": f"{TEXT}\n\n> The answer stops here: it reached its length limit.",
    "refusal": "Claude declined to answer this.",
    "stop_sequence": TEXT,
    "some_future_reason": TEXT,
}


@pytest.mark.parametrize("reason", ENDINGS)
async def test_each_way_to_end_has_its_mark(there: World, reason: str) -> None:
    there.claude.answers(TEXT)
    there.claude.faults.append(wire.stop_reason(reason))
    async with there.bot():
        thread = await there.ask("count")
        await there.answered(thread, ENDINGS[reason])


async def test_thinking_is_never_shown_nor_remembered(there: World) -> None:
    there.claude.answers("Shown.")
    there.claude.thinking = "SECRET THOUGHTS"
    async with there.bot():
        thread = await there.ask("hello")
        await there.answered(thread, "Shown.")
        await there.slack.say(there.ana, there.general, "more", thread)
        await there.answered(thread, "Shown.", "Shown.")
    assert "SECRET" not in str(there.asked())
    assert "SECRET" not in str(there.answers(thread))


async def test_an_answer_without_a_word_is_told(there: World) -> None:
    there.claude.answers("")
    async with there.bot():
        thread = await there.ask("hello")
        await there.answered(thread, "Claude had nothing to say to this.")
        await there.slack.say(there.ana, there.general, "more", thread)
        await there.slack.until(lambda: len(there.answers(thread)) == 2)
    assert [message["role"] for message in there.asked()] == ["user"]


async def test_a_refusal_withdraws_what_was_shown_and_leaves_no_trace(there: World) -> None:
    there.claude.answers(["Forbidden words, one after the other, and more.", "Hello."])
    there.claude.pace = 40
    there.claude.faults.append(wire.stop_reason("refusal", stop_details={"category": "cyber"}))
    async with there.bot():
        thread = await there.ask("how?")
        await there.answered(thread, "Claude declined to answer this.")
        (message,) = there.answers(thread)
        assert any("Forbidden" in text for text in message.history)
        await there.slack.say(there.ana, there.general, "hello", thread)
        await there.answered(thread, "Claude declined to answer this.", "Hello.")
    assert [message["role"] for message in there.asked()] == ["user"]


async def test_a_refusal_is_one_though_the_line_breaks_behind_it(there: World) -> None:
    there.claude.answers(["Forbidden words, one after the other, and more.", "Hello."])
    declines, breaks = wire.stop_reason("refusal"), wire.eof()
    there.claude.faults.append(lambda script: breaks(declines(script)))
    async with there.bot():
        thread = await there.ask("how?")
        await there.answered(thread, "Claude declined to answer this.")
    assert len(there.claude.requests) == 1
