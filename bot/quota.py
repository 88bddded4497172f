"""Pure: a response's headers -> how much of each rate limit of its model is left."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_LARGEST = 10**12  # a limit beyond it is no limit, and would only cost precision
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True, slots=True)
class Allowance:
    """One limit: what a minute allows, and what of it was *left* when that was told."""

    limit: int
    left: int


@dataclass(frozen=True, slots=True)
class Quota:
    """The limits that the API tells of a model, None for one that it does not tell.

    *input* are tokens of prompts that no cache was read for, *output* tokens that were written.
    *organization* is the id of the one whose limits they are, None where that is not told.
    """

    requests: Allowance | None
    input: Allowance | None
    output: Allowance | None
    organization: str | None = None


def stated(headers: Mapping[str, str]) -> Quota | None:
    """The limits that a response's *headers* tell, None where they tell none.

    A limit that is told by half, of nothing, or in no whole number is not told. When it is whole
    again (``...-reset``) is passed over: these buckets fill evenly, in a minute (rate limits of the
    Claude API, 2026-08). *headers* is asked for lower-case names.
    """
    told = [_allowance(headers, name) for name in ("requests", "input-tokens", "output-tokens")]
    if not any(told):
        return None
    whose = headers.get("anthropic-organization-id", "")
    requests, input_, output = told
    return Quota(requests, input_, output, whose if _ID.fullmatch(whose) else None)


def _allowance(headers: Mapping[str, str], name: str) -> Allowance | None:
    limit = _number(headers.get(f"anthropic-ratelimit-{name}-limit"))
    left = _number(headers.get(f"anthropic-ratelimit-{name}-remaining"))
    if not limit or left is None:
        return None
    return Allowance(limit, min(left, limit))


def _number(value: str | None) -> int | None:
    # isdecimal alone would let other scripts' digits through, and int() a number of any length.
    if value is None or len(value) > 13 or not (value.isascii() and value.isdecimal()):
        return None
    return number if (number := int(value)) <= _LARGEST else None
