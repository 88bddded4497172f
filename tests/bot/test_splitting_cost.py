"""What cutting costs: in proportion to the text, and no step for long, whatever the text says."""

import gc
import time
from collections.abc import Iterator

import pytest

from bot.splitting import Cuts, growing, step
from tests.bot.dialects import SLACK, Measured, screens, split, utf16


def cost(text: str, steps: int) -> float:
    """The seconds of work it takes to show *text* as it grows in *steps* steps.

    Without Python's collector, to which all tests before this one have given something to do.
    """
    ends = [len(text) * step // steps for step in range(1, steps + 1)]
    gc.disable()
    try:
        begun = time.process_time()
        for _ in screens(text, SLACK, ends):
            pass
        return time.process_time() - begun
    finally:
        gc.enable()


def costs_of_steps(text: str, dialect: Measured) -> Iterator[float]:
    """The seconds of work for each step through *text*, and to show what is open behind it.

    The least of three tries, since Python's collector may work in one of them.
    """
    cuts, further = None, Cuts()
    while further is not cuts:
        cuts, tries = further, list[float]()
        for _ in range(3):
            begun = time.process_time()
            further = step(cuts, text, dialect)
            growing(further, text, dialect)
            tries.append(time.process_time() - begun)
        yield min(tries)


MIXED = "Some **bold** words, `code`.\n\n- item\n  ```py\n  x = 1\n  ```\n日本語 <tag> & more.\n\n"
ENDLESS = {
    "backticks": "`" * 100_000,
    "lines of backticks": "```\n" * 25_000,
    "brackets": "[" * 100_000,
    "stars": "*" * 100_000,
    "stars apart": "*a " * 33_000,
    "deep quotes": (">" * 500 + " a\n") * 200,
    "deep lists": ("- " * 500 + "\n") * 100,
    "one line": "x" * 100_000,
    "blanks": " " * 100_000,
    "newlines": "\n" * 100_000,
    "newlines in code": "```\n" + "\n" * 100_000,
    "deep list and blank lines": ("- " * 900 + "\n" + "\n" * 900) * 30,
    "runs of all lengths": "".join("`" * n + " " for n in range(440)),
    "links begun": "[a](" * 25_000,
    "joined": "\u200d" * 100_000,
    "tabs": "\t" * 100_000,
    "numbers": "1. " * 33_000,
    "halves of flags": "🇩" * 100_000,
    "dots": "." * 100_000,
    "emphasis": "_a_" * 33_000,
    "lines of stars": "*\n" * 50_000,
    "lines of one backtick": "`\n" * 50_000,
    "list items of one letter": "- a\n" * 25_000,
    "a deep list and newlines": "- " * 24 + "\n" + "\n" * 100_000,
    "an indent and words": (" " * 3_000 + "a b " * 250) * 25,
}
HOSTILE = {name: text[:50_000] for name, text in ENDLESS.items()}


def test_a_long_answer_costs_in_proportion_to_its_length() -> None:
    text = (MIXED * 3000)[:80_000]
    assert cost(text, 800) < 30 * cost(text[:8_000], 80)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_costs_in_proportion_too_and_stops_nobody_for_long(name: str) -> None:
    text = HOSTILE[name]
    whole = cost(text, 50)
    assert whole < 15 * cost(text[: len(text) // 5], 10) + 0.1
    assert whole / 50 < 0.1


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_within_the_limit_too(name: str) -> None:
    messages = split(HOSTILE[name], SLACK)
    assert all(message.strip() for message in messages)
    assert [message for message in messages if SLACK.measure(message) > SLACK.limit] == []


@pytest.mark.parametrize("name", HOSTILE)
def test_no_step_through_a_hostile_text_holds_up_others(name: str) -> None:
    assert max(costs_of_steps(HOSTILE[name][:25_000], SLACK)) < 8 * 0.015


@pytest.mark.parametrize("name", HOSTILE)
def test_a_step_costs_in_proportion_to_the_limit(name: str) -> None:
    wide = Measured(10 * SLACK.limit, utf16)
    assert next(costs_of_steps(HOSTILE[name], wide)) < 10 * 8 * 0.015
