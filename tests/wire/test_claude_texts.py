"""What Claude says, at any speed and of any kind: shown once, whole, and where it belongs."""

import re
import time
from typing import Any

import structlog
from structlog.testing import capture_logs

from bot.pacing import SOONEST
from sandbox import claude as wire
from sandbox.claude import Fault
from tests.wire.places import Place, all_are, all_show, apart, ask, asked_apart, sentence, shown
from tests.world import World

ERRORS = ("overloaded_error", "api_error", "rate_limit_error")


async def test_an_error_anywhere_in_a_stream_goes_by_its_type_and_nothing_is_spliced(
    there: World,
) -> None:
    said: list[str] = []

    def generation(_: object) -> str:
        said.append(" ".join(f"g{len(said)}w{word}" for word in range(100)))
        return said[-1]

    there.claude.answers(generation)
    there.claude.chunk = 1
    faults: dict[str, list[Fault | None]] = {
        f"{type_} behind {deltas}": [wire.error_event(deltas, type_)]
        for deltas, type_ in zip((0, 1, 500), ERRORS, strict=True)
    }
    faults["refused"] = [wire.error_event(500, "invalid_request_error")]
    places, tiers = apart(there, list(faults))
    async with there.bot("[claude]\npatience_wait = 1\n" + tiers):
        *passing, refused = await asked_apart(there, places, faults)
        await all_are(there, passing, lambda seen: "".join(seen) in said)
        cut = "> Claude's API did not accept the request; the operator's log says why."
        await all_are(there, [refused], lambda seen: cut in "".join(seen))
    assert len(said) == 7
    for place in passing:
        for message in there.answers(place.thread, place.channel):
            assert all(any(one.startswith(text) for one in said) for text in message.history)


async def test_ten_thousand_deltas_at_once_are_a_few_calls_and_nobody_waits_for_a_flood(
    there: World,
) -> None:
    burst = " ".join(f"word{number}" for number in range(1200))
    flood = b'{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"%s"}}'
    huge = b"data: " + flood % (b"flood " * 33_000) + b"\n\n"
    assert len(burst) > 9_500
    there.claude.answers(lambda body: "Short." if "count" in str(body["messages"]) else burst)
    there.claude.chunk = 1
    async with there.bot(drain=0.1):
        began = time.monotonic()
        thread = await there.ask("talk")
        talked = Place("talk", there.general, thread)
        whole = burst.split()
        await all_are(there, [talked], lambda seen: " ".join(seen).split() == whole, timeout=20)
        calls = [one for one in there.slack.calls if one.method.startswith("chat.")]
        took = time.monotonic() - began
        assert len(calls) < 8 + took / SOONEST  # the messages, and an edit each 0.3 s
        there.claude.faults.append(wire.raw(huge, 1))
        flooded = await there.ask("flood me")
        await there.slack.until(lambda: bool(there.answers(flooded)))
        other = Place("other", there.slack.channel("other"))
        asked = Place("other", other.channel, await ask(there, other))
        await all_show(there, [asked], "Short.")


NASTY = {
    "backticks": "`" * 3_000,
    "an open fence": "```python\nprint('<!channel>')\n" * 3,
    "deep quotes": "> " * 500 + "deep",
    "colours": "\x1b[31mred\x1b[0m and \x07 a bell",
    "a ping": "@everyone <!channel> <https://evil.example|bank.example>",
}


async def test_whatever_the_text_is_it_is_shown_remembered_and_harmless(there: World) -> None:
    def speak(body: dict[str, Any]) -> str:
        asked = str(body["messages"][-1]["content"])
        return next(text for name, text in NASTY.items() if name in asked)

    there.claude.answers(speak)
    places, tiers = apart(there, list(NASTY))
    async with there.bot(tiers):
        asked = [
            Place(one.name, one.channel, await ask(there, one, one.name), one.model)
            for one in places
        ]
        await all_are(there, asked, lambda seen: len(seen) == 1)
        for place in asked:
            await ask(there, place, f"again: {place.name}")
        await all_are(there, asked, lambda seen: len(seen) == 2)
    failed = sentence("answer.failed")
    for place in asked:
        assert failed not in shown(there, place)
        assert all(not one.pinged for one in there.answers(place.thread, place.channel))
        last = [s.body for s in there.claude.requests if s.body["model"] == place.model][-1]
        assert last["messages"][1]["content"][0]["text"].startswith(NASTY[place.name][:400])


async def test_a_system_prompt_that_is_repeated_stays_in_its_channel_and_out_of_the_log(
    there: World,
) -> None:
    there.claude.answers(lambda body: " ".join(re.findall(r"canary-\d", str(body["system"]))))
    channels = [there.slack.channel(f"c{number}") for number in range(2)]
    toml = "".join(
        f'[channels."slack:{channel}"]\nprompt = "canary-{number}"\n'
        for number, channel in enumerate(channels)
    )
    with capture_logs() as lines:
        async with there.bot(toml):
            places = [Place(f"canary-{n}", channel) for n, channel in enumerate(channels)]
            asked = [Place(one.name, one.channel, await ask(there, one)) for one in places]
            for place in asked:
                await all_show(there, [place], place.name)
    structlog.reset_defaults()
    assert "canary" not in str([line for line in lines if line["log_level"] != "debug"])


async def test_without_a_request_id_all_is_answered_and_logged(there: World) -> None:
    there.claude.answers("Here.")
    there.claude.has_request_ids = False
    there.claude.faults.extend([wire.status(529), wire.eof(), None])
    with capture_logs() as lines:
        async with there.bot("[claude]\npatience_wait = 1\n"):
            await there.answered(await there.ask("who?"), "Here.")
    structlog.reset_defaults()
    failed = [line["detail"] for line in lines if line["event"] == "attempt_failed"]
    assert len(failed) == 2
    assert "request=" not in "".join(failed)
    assert [line["request_id"] for line in lines if line["event"] == "claude_ended"] == [None]
