"""What Slack answers, in the words of the house."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.trouble import code_of, seconds, translated
from bot.errors import (
    Denied,
    EditRefused,
    MessageGone,
    PlatformError,
    RateLimited,
    TooLong,
    Unreachable,
)
from bot.sentences import explain


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, "ratelimited", RateLimited),
        (429, None, RateLimited),
        (200, "ratelimited", RateLimited),
        (200, "rate_limited", RateLimited),
        (500, None, Unreachable),
        (502, "invalid_auth", Unreachable),
        (200, None, Unreachable),
        (403, None, Unreachable),
        (200, "fatal_error", Unreachable),
        (200, "internal_error", Unreachable),
        (200, "message_not_found", MessageGone),
        (200, "cant_update_message", EditRefused),
        (200, "cant_delete_message", EditRefused),
        (200, "edit_window_closed", EditRefused),
        (200, "is_inactive", EditRefused),
        (200, "msg_too_long", TooLong),
        (200, "msg_blocks_too_long", TooLong),
        (200, "not_in_channel", Denied),
        (200, "is_archived", Denied),
        (200, "missing_scope", Denied),
        (200, "token_revoked", Unreachable),
        (200, "token_expired", Unreachable),
        (200, "invalid_auth", Unreachable),
        (200, "not_authed", Unreachable),
        (200, "account_inactive", Unreachable),
        (200, "something_of_next_year", Denied),
    ],
)
def test_each_refusal_has_its_kind(
    status: int, code: str | None, kind: type[PlatformError]
) -> None:
    error = translated("chat.update", status, code, None)
    assert type(error) is kind
    assert "chat.update" in explain(error)


def test_a_refusal_keeps_slacks_own_word() -> None:
    assert code_of(translated("chat.update", 200, "is_archived", None)) == "is_archived"
    assert code_of(translated("chat.update", 200, "token_revoked", None)) == "token_revoked"
    assert code_of(translated("chat.update", 502, None, None)) is None


@pytest.mark.parametrize(
    ("header", "wait"),
    [("30", 30.0), ("1.5", 1.5), ("0", 0.0), (None, None), ("", None), ("soon", None)],
)
def test_retry_after_is_a_wait_or_nothing(header: str | None, wait: float | None) -> None:
    assert seconds(header) == wait


@given(st.text(max_size=8) | st.sampled_from(["nan", "inf", "-1", "-inf", "1e400", "\u0663"]))
def test_no_retry_after_makes_reading_fail(header: str) -> None:
    wait = seconds(header)
    assert wait is None or 0 <= wait < float("inf")
