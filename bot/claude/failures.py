"""Pure: what went wrong while Claude was asked -> a Failure that the retry loop understands."""

import re
from collections.abc import Mapping
from datetime import datetime

import anthropic
import httpx2

from bot import quota, retry
from bot.claude.events import StreamBroken, StreamErred
from bot.retry import Failure, Spot, Trouble


class KeysRefused(Exception):
    """Nothing was asked: each key was refused a moment ago. The message is the outline of that."""


TROUBLES = (
    anthropic.APIError,
    httpx2.HTTPError,  # what breaks a stream half-way comes through the SDK as it is
    StreamBroken,
    StreamErred,
    KeysRefused,
    UnicodeDecodeError,
    OSError,
)
"""All that asking and reading may raise, and nothing that would be a fault of our own."""

# The request itself, the key or the account will not do: no repetition mends that.
_REFUSALS = frozenset({400, 401, 402, 403, 404, 413, 422})

_OF_A_KEY = frozenset({401, 402, 403})

# These come as 429, but no wait of ours outlives them.
_SPENT = frozenset({"enforced_spend_limit_reached", "contract_spend_limit_reached"})

_BY_TYPE: Mapping[str | None, Trouble] = {
    "overloaded_error": Trouble.OVERLOADED,
    "rate_limit_error": Trouble.RATE_LIMITED,
    "api_error": Trouble.BROKEN,
    "timeout_error": Trouble.BROKEN,
    "invalid_request_error": Trouble.REFUSED,
    "authentication_error": Trouble.BARRED,
    "billing_error": Trouble.BARRED,
    "permission_error": Trouble.BARRED,
    "not_found_error": Trouble.UNSERVED,  # we ask for nothing by name but models
    "request_too_large": Trouble.TOO_LONG,
}

_PASSING = frozenset({Trouble.OVERLOADED, Trouble.RATE_LIMITED, Trouble.BROKEN})

_BY_STATUS: Mapping[int, Trouble] = {
    408: Trouble.BROKEN,
    409: Trouble.BROKEN,
    429: Trouble.RATE_LIMITED,
    529: Trouble.OVERLOADED,
}

_EVERYBODYS = frozenset({Trouble.OVERLOADED, Trouble.RATE_LIMITED})
# Of the sentence behind a 400 only this is read, and nothing of it gets into a log: it may quote.
_OVER = re.compile(r"you have reached your specified (\w+ )?API usage limits", re.IGNORECASE)
_TOO_LONG = re.compile(r"prompt is too long|exceeds? (the )?context (limit|window)", re.IGNORECASE)
_SPOT = re.compile(r"\bmessages\.(\d{1,6})(?:\.content\.(\d{1,6}))?")
_FAR = 2000  # characters of a sentence that are looked at

# What a server says of itself may hold anything; only a plain word gets into a log.
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,100}")

_DEEPEST = 4  # classes of a chain of causes: the SDK's, its transport's, aiohttp's, the system's


def classify(error: Exception, *, now: datetime, request_id: str | None = None) -> Failure:
    """What *error*, one of TROUBLES, means for another attempt.

    A status that refuses the request, the key or the account refuses for good, and so does a spent
    limit; that a request is too long, has a message which will not do, or names a model that is not
    served, is told apart. Otherwise the API's ``type`` tells more than the status, which is 200
    within a stream; what is unknown may be tried again from 500 on, or where ``x-should-retry``
    says so. That header may forbid a try that we would make. *request_id* is that of the stream, if
    it began.
    """
    if isinstance(error, anthropic.APIStatusError):
        return _of_status(error, now)
    if isinstance(error, KeysRefused):
        return Failure(Trouble.BARRED, retryable=False, retry_after=None, detail=_detail(error))
    if isinstance(error, StreamErred):
        trouble = _BY_TYPE.get(error.type, Trouble.BROKEN)
        detail = _detail(error, type=error.type, request=request_id)
        again = trouble in _PASSING
        return Failure(trouble, again, retry_after=None, detail=detail, ailing=again)
    return Failure(
        Trouble.BROKEN, retryable=True, retry_after=None, detail=_detail(error, request=request_id)
    )


def refuses_key(error: anthropic.APIStatusError) -> bool:
    """Whether *error* is about the key and the account behind it, so that another may do."""
    return (
        error.status_code in _OF_A_KEY
        or str(error.error_code) in _SPENT
        or (error.status_code == 400 and bool(_OVER.match(str(error.api_message)[:_FAR])))
    )


def bars_key(error: anthropic.APIStatusError) -> bool:
    """Whether *error*, which refuses a key, would meet any other request just the same.

    A firewall before the API says 403 too, of a text that it does not like.
    """
    return error.status_code != 403 or str(error.type) == "permission_error"


def takes_key(error: anthropic.APIStatusError) -> bool:
    """Whether *error* is about something that is only looked at behind the key."""
    return 400 <= error.status_code < 500 and not refuses_key(error)


def causes(error: Exception) -> list[Exception]:
    """*error*, then what caused each, down to the system's own."""
    chain = [error]
    while isinstance(cause := chain[-1].__cause__, Exception) and len(chain) < _DEEPEST:
        chain.append(cause)
    return chain


def outline(error: anthropic.APIStatusError) -> str:
    """Class, status, type, code and request id of *error*: nothing that it says in words."""
    return _detail(
        error,
        status=error.status_code,
        type=error.type,
        code=error.error_code,
        request=error.request_id,
    )


def _of_status(error: anthropic.APIStatusError, now: datetime) -> Failure:
    headers = error.response.headers
    trouble = _trouble(error)
    spot = _spot(error) if trouble is Trouble.MALFORMED else None
    forbidden = headers.get("x-should-retry") == "false"
    detail = outline(error)
    return Failure(
        trouble,
        retryable=trouble in _PASSING and not forbidden,
        retry_after=retry.stated(headers, now=now),
        detail=detail,
        ailing=trouble in _EVERYBODYS or (trouble is Trouble.BROKEN and error.status_code >= 500),
        quota=quota.stated(headers),
        spot=spot,
    )


def _trouble(error: anthropic.APIStatusError) -> Trouble:
    status, headers = error.status_code, error.response.headers
    if refuses_key(error):
        return Trouble.BARRED
    if status in _REFUSALS:
        return _refusal(error)
    again = status >= 500 or headers.get("x-should-retry") == "true"
    unnamed = Trouble.BROKEN if again else Trouble.REFUSED
    return _BY_TYPE.get(str(error.type), _BY_STATUS.get(status, unnamed))


def _refusal(error: anthropic.APIStatusError) -> Trouble:
    match error.status_code, str(error.type):
        case 413, _:
            return Trouble.TOO_LONG  # whoever stands before the API may say so without a type
        case 404, "not_found_error":
            return Trouble.UNSERVED
        case 400, _ if _TOO_LONG.search(str(error.api_message)[:_FAR]):
            return Trouble.TOO_LONG
        case 400, _ if _spot(error):
            return Trouble.MALFORMED
        case _:
            return Trouble.REFUSED


def _spot(error: anthropic.APIStatusError) -> Spot | None:
    found = _SPOT.search(str(error.api_message)[:_FAR])
    return found and Spot(int(found[1]), None if found[2] is None else int(found[2]))


def _detail(error: Exception, **facts: object) -> str:
    """Classes from *error* down to its cause, then those of *facts* that are one plain word."""
    told = [" < ".join(type(link).__name__ for link in causes(error))]
    if isinstance(error, (StreamBroken, KeysRefused)):
        told.append(f"({error})")
    known = {name: str(fact) for name, fact in facts.items() if fact is not None}
    told += [f"{name}={fact}" for name, fact in known.items() if _WORD.fullmatch(fact)]
    return " ".join(told)
