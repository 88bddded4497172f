from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sandbox.discord.rates import RATES, Rate, Rates, Verdict

HERE, THERE = {"channel": "1"}, {"channel": "2"}


def take(rates: Rates, name: str, ids: dict[str, str] = HERE, now: float = 0.0) -> Verdict:
    return rates.take(name, ids, now, 1000.0 + now)


def test_each_channel_takes_five_messages_and_five_edits_in_five_seconds() -> None:
    rates = Rates(RATES)
    for name in ("create_message", "edit_message"):
        scopes = [take(rates, name, now=at / 10).scope for at in range(6)]
        assert scopes == [None] * 5 + ["user"]
    assert take(rates, "create_message", THERE).scope is None
    assert take(rates, "create_message", now=5.0).scope is None
    assert rates.refused == Counter({("create_message", "1"): 1, ("edit_message", "1"): 1})


def test_every_answer_tells_of_its_bucket() -> None:
    rates = Rates(RATES)
    assert take(rates, "edit_message").headers == {
        "X-RateLimit-Bucket": "edit_message",
        "X-RateLimit-Limit": "5",
        "X-RateLimit-Remaining": "4",
        "X-RateLimit-Reset": "1005.001",
        "X-RateLimit-Reset-After": "5.001",
    }
    for _ in range(4):
        take(rates, "edit_message", now=2.0)
    refused = take(rates, "edit_message", now=2.0)
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert (refused.scope, refused.wait) == ("user", 3.001)


def test_a_webhook_token_has_a_bucket_of_its_own_over_all_its_routes() -> None:
    rates, token = Rates(RATES), {"token": "a", "message": "9"}
    names = ["create_followup", "edit_original_response", "get_followup"] * 2
    assert [take(rates, name, token).scope for name in names] == [None] * 5 + ["user"]
    assert take(rates, "edit_original_response", token | {"token": "b"}).scope is None


def test_fifty_calls_a_second_are_the_end_but_for_interactions() -> None:
    rates = Rates(RATES)
    assert [take(rates, "get_channel").scope for _ in range(51)] == [None] * 50 + ["global"]
    assert take(rates, "create_message", THERE).headers == {"X-RateLimit-Global": "true"}
    assert take(rates, "create_interaction_response", {"token": "a"}).scope is None
    assert take(rates, "create_followup", {"token": "a"}).scope is None
    assert take(rates, "get_channel", now=1.0).scope is None
    assert rates.refused == Counter({("global", ""): 2})


def test_without_rates_nothing_is_refused_and_nothing_told() -> None:
    rates = Rates({})
    assert all(take(rates, "create_message") == Verdict({}) for _ in range(100))


@given(st.integers(1, 5), st.floats(0.01, 10), st.lists(st.floats(0, 5), max_size=60))
def test_who_waits_as_long_as_told_is_let_through(
    calls: int, seconds: float, gaps: list[float]
) -> None:
    rates, now = Rates({"create_message": Rate(calls, seconds)}), 0.0
    for gap in gaps:
        now += gap
        verdict = take(rates, "create_message", now=now)
        if verdict.scope:
            now += verdict.wait
            assert take(rates, "create_message", now=now).scope is None
