"""What Claude's side asks us to wait for: obeyed up to our patience, and no further."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import structlog
from structlog.testing import capture_logs

from sandbox import claude as wire
from sandbox.claude import Fault
from sandbox.claude.rates import Meter, Rates
from sandbox.claude.script import Event, Script, Step
from tests.wire.places import (
    Place,
    all_are,
    all_show,
    apart,
    ask,
    asked_apart,
)
from tests.world import World

TEXT = "One two three, and that is the whole of it."
PATIENCE = "[claude]\npatience_wait = 1\npatience_turn = 20\n"

NOW = datetime.now(UTC)
NO_TIME = {
    "absent": None,
    "less than none": "-1",
    "none": "0",
    "blank": "",
    "a word": "soon",
    "no number": "nan",
    "for ever": "inf",
    "a day gone by": format_datetime(NOW - timedelta(days=1), usegmt=True),
}
FAR = {"a day": "86400", "a date": format_datetime(NOW + timedelta(days=1), usegmt=True)}


def short(asked: str | None, code: int) -> Fault:
    return wire.status(code, retry_after=asked)


def times(there: World, place: Place) -> list[float]:
    """When the model of *place* was asked."""
    return [one.at for one in there.claude.requests if one.body["model"] == place.model]


async def test_no_wait_is_beyond_our_patience_and_nonsense_is_no_wait(there: World) -> None:
    there.claude.answers(TEXT)
    waits = {**NO_TIME, "a second": "1", **FAR}
    faults = {
        name: [short(asked, (429, 529)[n % 2])] for n, (name, asked) in enumerate(waits.items())
    }
    places, tiers = apart(there, list(waits))
    async with there.bot(PATIENCE + tiers):
        asked = await asked_apart(there, places, faults)
        near = [place for place in asked if place.name not in FAR]
        far = [place for place in asked if place.name in FAR]
        await all_are(there, far, lambda seen: len(seen) == 1 and "after one try" in seen[0])
        for place in far:
            await ask(there, place, "and now?")
        await all_show(there, near, TEXT)
        await all_are(there, far, lambda seen: seen[1:] == [TEXT])
    for place in asked:
        first, second = times(there, place)
        assert second - first < 4
        assert second - first >= (0.9 if place.name in {"a second", *FAR} else 0)


async def test_behind_a_day_that_one_reply_asked_for_one_question_finds_out_for_all(
    there: World,
) -> None:
    there.claude.answers(TEXT)
    [place], tiers = apart(there, ["storm"])
    there.claude.faults_of[place.model].extend([short("86400", 429), short(None, 529)])
    with capture_logs() as lines:
        async with there.bot(PATIENCE + tiers):
            first = replace(place, thread=await ask(there, place))
            await all_are(there, [first], lambda seen: "after one try" in "".join(seen))
            asked = [replace(place, thread=await ask(there, place)) for _ in range(6)]
            await all_show(there, asked, TEXT)
    structlog.reset_defaults()
    first_try, probe, again, *others = times(there, place)
    assert probe - first_try > 0.9
    assert again - probe > 0.9
    assert len(others) == 5
    told = [line["event"] for line in lines]
    assert [told.count(word) for word in ("circuit_opened", "circuit_closed")] == [1, 1]


async def test_overloads_are_outlasted_and_then_another_tier_stands_in(there: World) -> None:
    there.claude.answers(TEXT)
    (*three, other), tiers = apart(there, ["once", "thrice", "for ever", "stands in"])
    last = f'"{three[2].model}"\n'
    fallback = tiers.replace(last, f'{last}fallback = "t3"\n')
    faults = {"once": [wire.status(529)], "thrice": [wire.status(529)] * 3}
    faults["for ever"] = [wire.status(529)] * 50
    async with there.bot(PATIENCE.replace("20", "6") + fallback):
        asked = await asked_apart(there, three, faults)
        await all_show(there, asked[:2], TEXT)
        stands_in = "> The tier “t3” answers here for now: “t2” is not available."
        await all_show(there, asked[2:], f"{TEXT}\n\n{stands_in}", timeout=10)
    assert [len(times(there, place)) for place in asked[:2]] == [2, 4]
    assert 2 <= len(times(there, asked[2])) <= 8
    assert len(times(there, other)) == 1


def tells_of(tokens: int) -> Fault:
    """The answer is said to have used so many tokens."""

    def change(step: Step) -> Step:
        if not isinstance(step, Event) or step.name != "message_delta":
            return step
        return replace(step, payload=step.payload | {"usage": {"output_tokens": tokens}})

    def changed(script: Script) -> Script:
        return [change(step) for step in script]

    return changed


async def test_an_answer_said_to_have_used_the_impossible_keeps_nobody_waiting(
    there: World,
) -> None:
    there.claude.answers(TEXT)
    there.claude.meter = Meter(Rates(requests=1000, input=400_000, output=80_000))
    there.claude.faults.extend([None, tells_of(10**13), None])
    async with there.bot(PATIENCE):
        for number in range(3):
            channel = there.slack.channel(f"c{number}")
            place = Place(channel, channel)
            thread = await ask(there, place)
            await all_show(there, [replace(place, thread=thread)], TEXT)
