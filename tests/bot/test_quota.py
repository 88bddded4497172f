from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quota import Allowance, Quota, stated

PREFIX = "anthropic-ratelimit-"
NAMES = ("requests", "input-tokens", "output-tokens")


def headers(**told: Any) -> dict[str, str]:
    """Headers like ``input_tokens_limit=5``."""
    return {PREFIX + name.replace("_", "-"): str(value) for name, value in told.items()}


def test_the_three_limits_of_a_model_are_read() -> None:
    told = headers(
        requests_limit=50,
        requests_remaining=49,
        requests_reset="2026-11-22T12:00:01Z",
        input_tokens_limit=30_000,
        input_tokens_remaining=0,
        output_tokens_limit=8000,
        output_tokens_remaining=8000,
        tokens_limit=38_000,
        tokens_remaining=8000,
    )
    assert stated(told) == Quota(Allowance(50, 49), Allowance(30_000, 0), Allowance(8000, 8000))


@pytest.mark.parametrize(
    "told",
    [
        {},
        headers(requests_limit=50),
        headers(requests_remaining=50),
        headers(requests_limit=0, requests_remaining=0),
        headers(requests_limit=-50, requests_remaining=1),
        headers(requests_limit="5e3", requests_remaining=1),
        headers(requests_limit="٥", requests_remaining=1),
        headers(requests_limit="", requests_remaining=""),
        headers(requests_limit="9" * 5000, requests_remaining=1),
        headers(requests_limit=2 * 10**12, requests_remaining=1),
        headers(requests_limit=50, requests_remaining="plenty"),
    ],
)
def test_what_is_no_limit_is_none(told: dict[str, str]) -> None:
    assert stated(told) is None


def test_each_limit_is_told_for_itself() -> None:
    told = headers(output_tokens_limit=8000, output_tokens_remaining=9000)
    assert stated(told) == Quota(None, None, Allowance(8000, 8000))


@pytest.mark.parametrize(
    ("told", "whose"), [("org-Ab_9", "org-Ab_9"), ("", None), ("a b", None), ("x" * 101, None)]
)
def test_whose_limits_they_are_is_one_plain_word(told: str, whose: str | None) -> None:
    found = stated(
        headers(requests_limit=5, requests_remaining=5) | {"anthropic-organization-id": told}
    )
    assert found == Quota(Allowance(5, 5), None, None, whose)


@given(
    st.dictionaries(
        st.sampled_from(
            [f"{PREFIX}{name}-{end}" for name in NAMES for end in ("limit", "remaining")]
        ),
        st.text() | st.integers().map(str),
    )
)
def test_whatever_the_headers_hold_no_more_is_left_than_is_allowed(told: dict[str, str]) -> None:
    quota = stated(told)
    for allowance in (quota.requests, quota.input, quota.output) if quota else ():
        assert allowance is None or 0 <= allowance.left <= allowance.limit > 0
