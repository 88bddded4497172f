"""What is left of an answer whose question was asked again, by how that ended."""

from collections.abc import Callable
from datetime import date

import pytest

from bot.asking import Answer, GaveUp
from bot.closing import Closing
from bot.model import Draft, Ended, Ending, Role, Turn, Usage
from bot.reply import Reply
from bot.retry import Failure, Trouble
from bot.spending import OverBudget
from bot.usage import TOTAL, Full

LONG = Turn("1~a", Role.ASSISTANT, 1, "One two three", incomplete=True)
MOVED = "I no longer read its oldest messages."

End = Callable[[Closing], Ended | None]
ENDS: dict[str, End] = {
    "stopped": Closing.stopped,
    "gave up": lambda closing: closing.gave_up(GaveUp(Failure(Trouble.BROKEN, True, None, ""), 2)),
    "over budget": lambda closing: closing.over_budget(
        OverBudget(Full(TOTAL, date(2026, 11, 23), 1, 1, 0))
    ),
}
NOTHING = ["end_turn", "max_tokens"]


def begun(text: str, before: Turn | None) -> tuple[Reply, Closing]:
    """A reply that says *text* by now in the place of *before*, and who closes it."""
    reply = Reply()
    if text:
        reply.grow(Draft.of(text))
    return reply, Closing(reply, "en", before, [MOVED])


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize(
    ("said", "before", "left"),
    [
        ("", LONG, LONG.text),
        ("No", LONG, LONG.text),
        ("One two three four", LONG, "One two three four"),
        ("No", None, "No"),
    ],
)
def test_the_longer_stays(end: End, said: str, before: Turn | None, left: str) -> None:
    reply, closing = begun(said, before)
    assert end(closing) == Ended(left, None, incomplete=True)
    assert reply.ended
    assert reply.text() == left


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_what_a_person_should_know_besides_is_told_however_it_ends(end: End) -> None:
    reply, closing = begun("", None)
    end(closing)
    assert reply.notice
    assert reply.notice.endswith(f"\n{MOVED}")


def ended(reason: str, text: str = "") -> Answer:
    return Answer(Draft.of(text), Ending(reason, Usage()))


@pytest.mark.parametrize("reason", NOTHING)
def test_a_try_that_comes_to_nothing_leaves_what_stood(reason: str) -> None:
    _, closing = begun("", LONG)
    left = closing.judge(ended(reason))
    assert left
    assert (left.text, left.incomplete) == (LONG.text, True)
    assert left.notice


@pytest.mark.parametrize("reason", NOTHING)
def test_without_what_stood_nothing_is_left_of_it(reason: str) -> None:
    reply, closing = begun("", None)
    assert closing.judge(ended(reason)) is None
    assert reply.ended


def test_an_answer_that_is_declined_takes_back_what_stood() -> None:
    reply, closing = begun("No", LONG)
    assert closing.judge(ended("refusal", "No")) is None
    assert reply.text() == ""
    assert reply.notice == "Claude declined to answer this."
