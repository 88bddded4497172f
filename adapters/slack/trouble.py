"""What Slack answers when it does not do what it was asked, in the words of `bot.errors`; pure."""

import math
from collections.abc import Mapping

from bot.errors import (
    Denied,
    EditRefused,
    MessageGone,
    PlatformError,
    RateLimited,
    TooLong,
    Unreachable,
)

_RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_SLACKS_FAULT = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"}
)
TOKEN_REFUSED = "slack.token_refused"  # noqa: S105  - the key of a sentence

_CLEAR: Mapping[str, tuple[type[PlatformError], str]] = {
    "message_not_found": (MessageGone, "slack.message_gone"),
    **dict.fromkeys(
        ("cant_delete_message", "cant_update_message", "edit_window_closed", "is_inactive"),
        (EditRefused, "slack.edit_refused"),
    ),
    **dict.fromkeys(
        ("metadata_too_large", "msg_blocks_too_long", "msg_blocks_too_many", "msg_too_long"),
        (TooLong, "slack.too_long"),
    ),
    **dict.fromkeys(
        ("account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"),
        (Unreachable, TOKEN_REFUSED),
    ),
}

REFUSED_BLOCKS = frozenset({"block_mismatch", "invalid_blocks", "msg_blocks_too_long"})


def translated(
    method: str, status: int, code: str | None, retry_after: str | None
) -> PlatformError:
    """The error that says what *method* met: HTTP *status*, Slack's error *code*, Retry-After.

    An answer without a code (a proxy's page, half a body) leaves the outcome open: Unreachable. A
    code that is not known here is still a clear no, and asking again would change nothing: Denied.
    A token that is refused may be good again tomorrow: Unreachable, with the code.
    """
    if status == 429 or code in _RATE_LIMITED:
        return RateLimited("slack.rate_limited", seconds(retry_after), method=method)
    if code is None or status >= 500 or code in _SLACKS_FAULT:
        return Unreachable("slack.unreachable", method=method, reason=code or f"HTTP {status}")
    kind, key = _CLEAR.get(code, (Denied, "slack.denied"))
    return kind(key, method=method, code=code)


def seconds(header: str | None) -> float | None:
    """The wait that a Retry-After *header* asks for; None where it is absent or no number."""
    try:
        wait = float(header or "")
    except ValueError:
        return None
    return wait if math.isfinite(wait) and wait >= 0 else None


def code_of(error: PlatformError) -> str | None:
    """Slack's own name for *error*, None where it gave none."""
    code: object = error.arguments.get("code")
    return code if isinstance(code, str) else None


def code_in(answer: Mapping[str, object]) -> str | None:
    """The error code of an answer whose ``ok`` is not true."""
    code = answer.get("error")
    return code if isinstance(code, str) and code else None
