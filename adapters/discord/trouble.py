"""Discord's refusals in the words of `bot.errors`; pure."""

import re
from typing import Final

from bot.errors import (
    Denied,
    EditRefused,
    MessageGone,
    PlatformError,
    RateLimited,
    TooLong,
    Unreachable,
)

UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_MESSAGE: Final = 10008
ARCHIVED: Final = 50083
THREAD_EXISTS: Final = 160004

_UNAUTHORIZED = 401
EXPIRED: Final = 50027  # the token of an interaction, not ours
_ENDED: Final = frozenset({10015, EXPIRED})  # what is said of such a token
# These refuse the place, and would refuse a post there as well: no access, no permission.
SHUT_OUT: Final = frozenset({50001, 50013})
_OF_PLACE: Final = frozenset({UNKNOWN_CHANNEL, ARCHIVED, *SHUT_OUT})
_REOPENING: Final = frozenset({"create_message", "modify_channel"})
_FIRST_CODE: Final = 10000  # Discord's own; smaller ones are those of HTTP
_INVALID_FORM = 50035
_TOO_FAST = frozenset({20016, 20028, 30046})  # slow mode, a channel's writes, edits of an old one
_LENGTH = re.compile(r"In content: Must be [0-9]+ or fewer in length")


def translated(
    method: str, status: int, code: int, text: str, retry_after: float | None = None
) -> PlatformError:
    """The error that says what *method* met: HTTP *status*, Discord's *code* and its *text*.

    A code that is not known here is still a clear no, and asking again would change nothing. A
    token that is refused may be replaced: nothing is lost by waiting for that.
    """
    if status == 429 or code in _TOO_FAST:
        narrow = code in _TOO_FAST
        return RateLimited("discord.rate_limited", retry_after, narrow=narrow, method=method)
    if status == _UNAUTHORIZED and code != EXPIRED:
        return Unreachable("discord.token_refused", code=status)
    if status >= 500:
        return Unreachable("discord.unreachable", method=method, reason=f"HTTP {status}")
    if code == UNKNOWN_MESSAGE:
        return MessageGone("discord.message_gone", method=method, code=code)
    if code == _INVALID_FORM and _LENGTH.search(text):
        return TooLong("discord.too_long", method=method, code=code)
    # A post brings back a thread that is merely put aside, and so does opening it.
    locked = code == ARCHIVED and method in _REOPENING
    key = "discord.locked" if locked else "discord.denied"
    return Denied(key, method=method, code=code or status)


def edit_refused(denied: Denied) -> EditRefused | None:
    """*denied*, met by an edit, where it says that this message stays as it is; else None."""
    code = code_of(denied) or 0
    if code < _FIRST_CODE or code in _OF_PLACE:
        return None
    return EditRefused("discord.edit_refused", **denied.arguments)


def has_expired(denied: Denied) -> bool:
    """Whether *denied* says that the token of an interaction has ended."""
    return code_of(denied) in _ENDED


def code_of(error: PlatformError) -> int | None:
    """Discord's own number for *error*, None where it gave none."""
    code: object = error.arguments.get("code")
    return code if isinstance(code, int) else None
