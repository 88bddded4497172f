"""Rows of the table of what Claude's side may do, many at once: a thread and a channel for each."""

from collections.abc import Sequence

from sandbox import claude as wire
from sandbox.claude import Change, Fault
from sandbox.claude.faults import Reply
from sandbox.claude.script import Event, Raw, Script, encode
from tests.world import World

TEXT = "One two three — vier, fünf, 六, 🙂, and that is the whole of it."
IMPATIENT = "[claude]\npatience_wait = 1\n"


async def asked_at_once(there: World, faults: Sequence[Fault]) -> list[tuple[str, str]]:
    """A channel and a thread for each of *faults*, which their first requests meet."""
    there.claude.faults.extend(faults)
    asked: list[tuple[str, str]] = []
    for number in range(len(faults)):
        channel = there.slack.channel(f"row{number}")
        text = f"<@{there.slack.bot_user}> count"
        asked.append((channel, await there.slack.say(there.ana, channel, text)))
    return asked


async def all_show(there: World, asked: Sequence[tuple[str, str]], text: str) -> None:
    def shown() -> bool:
        return all(
            [one.text for one in there.answers(thread, channel)] == [text]
            for channel, thread in asked
        )

    await there.slack.until(shown)


async def test_whatever_breaks_once_is_answered_whole(there: World) -> None:
    there.claude.answers(TEXT)
    faults: list[Fault] = [
        *(wire.status(code) for code in (408, 409, 500, 503, 504)),
        Reply(502, b"<h1>Bad gateway</h1>", {"content-type": "text/html"}),
        Reply(200, b'{"type": "message", "content": []}', {"content-type": "application/json"}),
        Reply(204, b""),
        wire.raw(b'data: {"type": "content_block_delta", "delta": {"text": "\xff\n\n', 2),
        lambda script: script[:3],
    ]
    async with there.bot(IMPATIENT):
        asked = await asked_at_once(there, faults)
        await all_show(there, asked, TEXT)
    assert len(there.claude.requests) == 2 * len(faults)


async def test_what_the_account_forbids_is_told_once(there: World) -> None:
    refused = "Claude's API did not accept the request; the operator's log says why."
    faults: list[Fault] = [
        wire.status(401),
        wire.status(402),
        wire.status(403),
        wire.status(429, error_code="enforced_spend_limit_reached"),
        wire.status(400, message="You have reached your specified API usage limits."),
    ]
    async with there.bot(IMPATIENT):
        asked = await asked_at_once(there, faults)
        await all_show(there, asked, refused)
    assert len(there.claude.requests) == len(asked)


async def test_however_the_bytes_come_the_text_is_the_same(there: World) -> None:
    there.claude.answers(TEXT)
    unknown = b'event: news\ndata: {"type":"news","words":"' + b"x" * 1_000_000 + b'"}\n\n'
    changes: list[Change] = [
        wire.nameless(),
        byte_by_byte,
        all_at_once,
        wire.raw(b": a comment\n\n", 1),
        wire.raw(unknown, 1),
        twice("message_start"),
        twice("content_block_stop"),
        twice("message_stop"),
        without_usage,
        wire.raw(b'data: {"type":"message_delta","usage":{"output_tokens":1e30}}\n\n', 1),
        wire.raw(b'data: {"type":"content_block_delta","index":7,"delta":{}}\n\n', 1),
    ]
    async with there.bot(IMPATIENT):
        asked = await asked_at_once(there, changes)
        await all_show(there, asked, TEXT)
    assert len(there.claude.requests) == len(changes)


async def test_letters_that_no_message_can_hold_harm_nothing(there: World) -> None:
    there.claude.answers("Before.")
    half = b'data: {"type":"content_block_delta","index":1,%s}\n\n'
    async with there.bot(IMPATIENT):
        letters = (rb"\ud83d", rb"\u0000", rb"\u2028")
        deltas = [b'"delta":{"type":"text_delta","text":"%s"}' % letter for letter in letters]
        faults = [wire.raw(half % delta, 1) for delta in deltas]
        asked = await asked_at_once(there, faults)
        await there.slack.until(
            lambda: all(told(there, *one).startswith("Before.") for one in asked)
        )
        await there.slack.say(there.ana, asked[0][0], "and then?", asked[0][1])
        await there.slack.until(lambda: len(there.answers(asked[0][1], asked[0][0])) == 2)
    assert "\x00" not in str([told(there, *one) for one in asked])


async def test_a_refusal_withdraws_what_was_shown_and_leaves_no_trace(there: World) -> None:
    there.claude.answers(["Forbidden words, one after the other, and more.", "Hello."])
    there.claude.pace = 40
    there.claude.faults.append(wire.stop_reason("refusal", stop_details={"category": "cyber"}))
    async with there.bot(IMPATIENT):
        thread = await there.ask("how?")
        await there.answered(thread, "Claude declined to answer this.")
        (message,) = there.answers(thread)
        assert any("Forbidden" in text for text in message.history)
        await there.slack.say(there.ana, there.general, "hello", thread)
        await there.answered(thread, "Claude declined to answer this.", "Hello.")
    assert [message["role"] for message in there.asked()] == ["user"]


def told(there: World, channel: str, thread: str) -> str:
    return " ".join(one.text for one in there.answers(thread, channel))


def byte_by_byte(script: Script) -> Script:
    sent = b"".join(encode(step) for step in script if isinstance(step, Event))
    return [Raw(sent[at : at + 1]) for at in range(len(sent))]


def all_at_once(script: Script) -> Script:
    return [Raw(b"".join(encode(step) for step in script if isinstance(step, Event)))]


def twice(name: str) -> Change:
    return lambda script: [
        each
        for step in script
        for each in ([step] * (2 if isinstance(step, Event) and step.name == name else 1))
    ]


def without_usage(script: Script) -> Script:
    def bare(step: object) -> Event:
        assert isinstance(step, Event)
        payload = {key: value for key, value in step.payload.items() if key != "usage"}
        return Event(step.name, payload)

    return [bare(step) for step in script]
