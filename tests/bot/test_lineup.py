from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.lineup import CURRENT, DEFAULT_TIERS, Life, Stage, outlook, verdict
from bot.sentences import say

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("model", "date", "successor"),
    [
        ("claude-opus-4-20250514", "2026-06-15", "claude-opus-5-5"),
        ("claude-opus-4-0", "2026-06-15", "claude-opus-5-5"),
        ("claude-sonnet-4-20250514", "2026-06-15", "claude-sonnet-5-5"),
        ("claude-opus-4-1", "2026-08-05", "claude-opus-5-5"),
        ("claude-3-5-haiku-20241022", "2026-02-19", "claude-haiku-5-5"),
        ("claude-2.1", "2025-07-21", "claude-sonnet-5-5"),
    ],
)
def test_a_retired_model_is_refused_with_its_date_its_successor_and_todays_models(
    model: str, date: str, successor: str
) -> None:
    found = verdict(model)
    assert found is not None
    sentence = say(found.key, **found.arguments)
    assert sentence.startswith(f"{model} was retired on {date}; its successor is {successor}.")
    assert all(today in sentence for today in CURRENT)


@pytest.mark.parametrize(
    ("model", "successor"),
    [
        ("claude-haiku-3-5-20241022", "claude-haiku-5-5"),
        ("claude-sonnet-3-5", "claude-sonnet-5-5"),
        ("claude-opus-3", "claude-opus-5-5"),
        ("claude-sonnet-3.7", "claude-sonnet-5-5"),
    ],
)
def test_an_id_that_names_the_line_before_an_old_generation_never_existed(
    model: str, successor: str
) -> None:
    found = verdict(model)
    assert found is not None
    sentence = say(found.key, **found.arguments)
    assert sentence.startswith(f"{model} never existed; you may mean {successor}.")
    assert all(today in sentence for today in CURRENT)


@pytest.mark.parametrize(
    "model",
    [
        *CURRENT,
        "claude-sonnet-4-5",
        "claude-haiku-4-5-20251001",
        "claude-opus-6-0",
        "claude-haiku-10",
        "claude-opus-30-1",
        "anthropic/claude-haiku-3-5",
        "our-gateways-own",
    ],
)
def test_a_model_that_nothing_is_known_against_is_accepted(model: str) -> None:
    assert verdict(model) is None


def test_the_default_tiers_are_named_by_their_keys_and_use_the_models_of_today() -> None:
    assert [(key, tier.name, tier.model) for key, tier in DEFAULT_TIERS.items()] == [
        ("complex", "complex", "claude-opus-5-5"),
        ("general", "general", "claude-sonnet-5-5"),
        ("simple", "simple", "claude-haiku-5-5"),
    ]


def test_every_default_tier_has_a_price_for_each_size_of_prompt() -> None:
    for tier in DEFAULT_TIERS.values():
        assert tier.prices[0].above == 0
        assert [price.above for price in tier.prices] == sorted(
            {price.above for price in tier.prices}
        )


def test_each_retired_models_successor_is_one_of_today() -> None:
    for model in ("claude-instant-1.2", "claude-3-7-sonnet-latest", "claude-mythos-preview"):
        found = verdict(model)
        assert found is not None
        assert found.arguments["successor"] in CURRENT


def told(model: str, life: Life | None, today: date = TODAY) -> tuple[str, bool] | None:
    seen = outlook(model, life, today)
    return seen and (say(seen.verdict.key, **seen.verdict.arguments), seen.over)


def test_a_model_whose_retirement_was_announced_is_warned_of_without_asking_anybody() -> None:
    for model in ("claude-sonnet-4-5", "claude-sonnet-4-5-20250929"):
        seen = told(model, None)
        assert seen is not None
        assert seen[0].startswith(f"{model} is retired on 2026-11-30; its successor is claude-s")
        assert not seen[1]
    assert told("claude-sonnet-4-5", None, date(2026, 10, 30)) is None


def test_what_the_api_tells_goes_before_what_was_announced() -> None:
    put_off = Life(Stage.SERVED, date(2027, 2, 1))
    assert told("claude-sonnet-4-5", put_off) is None
    assert told("claude-opus-4-0", Life(Stage.SERVED)) is None
    brought_forward = told("claude-opus-5-5", Life(Stage.SERVED, date(2026, 12, 1)))
    assert brought_forward
    assert "retired on 2026-12-01; its successor is claude-opus-5-5" in brought_forward[0]


def test_a_model_that_the_api_retired_or_does_not_know_is_over() -> None:
    gone = told("claude-haiku-4-5", Life(Stage.RETIRED, date(2026, 11, 1)))
    assert gone
    assert gone[1]
    assert gone[0].startswith("claude-haiku-4-5 was retired on 2026-11-01; its successor is claude")
    unknown = told("claude-haiku-5.5", Life(Stage.UNKNOWN))
    assert unknown
    assert unknown[1]
    assert unknown[0].startswith("claude-haiku-5.5 is not known to Claude's API")
    offline = told("claude-opus-4-0", None)
    assert offline
    assert offline[1]


@example(days=30, stage=Stage.SERVED)
@example(days=31, stage=Stage.SERVED)
@given(days=st.integers(-400, 400), stage=st.sampled_from(Stage))
def test_a_served_model_is_warned_of_from_thirty_days_before_its_last(
    days: int, stage: Stage
) -> None:
    seen = outlook("some-model", Life(stage, TODAY + timedelta(days=days)), TODAY)
    if stage is Stage.SERVED:
        assert (seen is not None) == (days <= 30)
        assert seen is None or not seen.over
    else:
        assert seen is not None
        assert seen.over
