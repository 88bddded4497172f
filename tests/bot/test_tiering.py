"""Which tier a question is asked of, by its first word or by what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tiering import LONG, SHORT, asked_for, automatic, below


@pytest.mark.parametrize(
    ("text", "tier", "rest"),
    [
        ("!complex why?", "complex", "why?"),
        ("!Complex why?", "complex", "why?"),
        ("  !simple\n1 + 1", "simple", "1 + 1"),
        ("!general a\nb ", "general", "a\nb"),
        ("tier:simple 1 + 1", "simple", "1 + 1"),
        ("!complexity matters", None, "!complexity matters"),
        ("!complex", None, "!complex"),
        ("!complex  ", None, "!complex  "),
        ("a !complex b", None, "a !complex b"),
        ("", None, ""),
    ],
)
def test_a_first_word_asks_for_a_tier(text: str, tier: str | None, rest: str) -> None:
    assert asked_for(text) == (tier, rest)


@given(st.text())
def test_nothing_of_a_question_is_lost(text: str) -> None:
    tier, rest = asked_for(text)
    assert rest == text if tier is None else rest.strip() and rest in text


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("hi", "simple"),
        ("What is the capital of France?", "simple"),
        ("今日は何曜日?", "simple"),
        ("Please review this", "complex"),
        ("この設計を比較して", "complex"),
        ("```x```", "complex"),
        ("a " * LONG, "complex"),
        ("a " * (SHORT // 2 + 1) + "b", "general"),
        ("one\ntwo", "general"),
        ("the reviewer is here", "simple"),
    ],
)
def test_a_question_chooses_by_what_it_is(text: str, tier: str) -> None:
    assert automatic(text) == tier


@given(st.text(max_size=200))
def test_a_longer_question_is_never_asked_of_a_lesser_tier(text: str) -> None:
    rank = ["simple", "general", "complex"]
    assert rank.index(automatic(text + "\n" + "a " * LONG)) >= rank.index(automatic(text))


@pytest.mark.parametrize(
    ("name", "lesser"),
    [("complex", "general"), ("general", "simple"), ("ours", "simple"), ("simple", None)],
)
def test_each_tier_has_a_lesser_one_but_the_least(name: str, lesser: str | None) -> None:
    assert below(name) == lesser
