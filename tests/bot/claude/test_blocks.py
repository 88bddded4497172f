"""Events of blocks that are out of order: a broken stream, or passed over, and no text twice."""

import pytest

from bot.claude import AttemptFailed, Claude
from bot.model import Ending, Usage
from bot.retry import Failure, Trouble
from sandbox import claude as simulated
from sandbox.claude import Change, error_event, status
from sandbox.claude.script import Event, Json, Script, text_delta
from tests.bot.claude.asking import WORDS, asking, attempted, failed

STRAY = "stray "


def behind(deltas: int, *events: Event) -> Change:
    """*events* behind so many deltas of the answer's text."""

    def inject(script: Script) -> Script:
        at = 5 + deltas  # the start, a ping, three of a thinking block: then a text block's own
        return [*script[: at + 1], *events, *script[at + 1 :]]

    return inject


def start(index: int, kind: str = "text", text: str = "") -> Event:
    block: Json = {"type": kind, "text": text}
    payload = {"type": "content_block_start", "index": index, "content_block": block}
    return Event("content_block_start", payload)


def stop(index: int) -> Event:
    return Event("content_block_stop", {"type": "content_block_stop", "index": index})


def without_index(script: Script) -> Script:
    return [
        Event(step.name, {name: what for name, what in step.payload.items() if name != "index"})
        if isinstance(step, Event)
        else step
        for step in script
    ]


def without_begin(script: Script) -> Script:
    return [*script[:5], *script[6:]]


def followed_by_another(script: Script) -> Script:
    return [*script[:-2], *script[2:]]


def without_end(script: Script) -> Script:
    return [*script[:-3], start(2), text_delta(STRAY, 2), stop(2), *script[-2:]]


def stopped_twice(script: Script) -> Script:
    return [*script[:-2], stop(1), *script[-2:]]


def started_twice(script: Script) -> Script:
    return [script[0], *script]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (behind(2, text_delta(STRAY, 7)), WORDS[:8]),  # never opened
        (behind(2, stop(1)), WORDS[:8]),  # its deltas come behind its end
        (behind(2, start(2)), WORDS[:8]),  # a block within another
        (without_end, WORDS),
        (behind(2, stop(1), start(1, text="again ")), WORDS[:8]),  # a block twice
        (without_begin, ""),  # its begin was lost
        (followed_by_another, WORDS),  # another answer, spliced to it
        (without_index, ""),
    ],
)
async def test_text_out_of_place_is_a_broken_stream(
    server: simulated.Claude, claude: Claude, fault: Change, said: str
) -> None:
    text, failure = await failed(server, claude, fault)
    assert (text, failure.trouble, failure.retryable) == (said, Trouble.BROKEN, True)
    assert "StreamBroken (" in failure.detail
    assert "stray" not in failure.detail


@pytest.mark.parametrize(
    "fault",
    [
        behind(2, text_delta(STRAY, 0)),  # within thoughts: they are nobody's to read
        behind(2, start(2, "news", STRAY), text_delta(STRAY, 2), stop(2)),
        behind(2, stop(0), stop(7)),
        stopped_twice,
        started_twice,
    ],
)
async def test_what_shows_nothing_is_passed_over(
    server: simulated.Claude, claude: Claude, fault: Change
) -> None:
    server.faults.append(fault)
    text, ending = await attempted(claude)
    assert text == WORDS
    assert isinstance(ending, Ending)


async def used(claude: Claude) -> Usage | None:
    with pytest.raises(AttemptFailed) as caught:
        async for _ in claude.attempt(asking(), None):
            pass
    return caught.value.used


async def test_an_attempt_that_broke_tells_what_it_had_used(
    server: simulated.Claude, claude: Claude
) -> None:
    server.faults.extend([error_event(2), simulated.eof(), status(529), simulated.cut(0)])
    assert await used(claude) == Usage(input=4, output=1)
    assert await used(claude) == Usage(input=4, output=len(WORDS) // 4)
    assert await used(claude) is None
    assert await used(claude) is None


async def test_an_error_in_place_of_an_answer_has_used_nothing(
    server: simulated.Claude, claude: Claude
) -> None:
    server.faults.append(lambda script: error_event(0)(script)[-1:])
    assert await used(claude) is None
    assert not isinstance((await attempted(claude))[1], Failure)
