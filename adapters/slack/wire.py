"""Reading JSON of a stranger without trust: a part of the wrong type counts as absent."""

import re
from collections.abc import Mapping, Sequence
from typing import cast

_TS = re.compile(r"([0-9]{1,11})\.([0-9]{1,6})")


def fields(value: object) -> Mapping[str, object]:
    """*value* where it is a JSON object, else an empty one."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def items(value: object) -> Sequence[Mapping[str, object]]:
    """The JSON objects of the list *value*; none where it is no list."""
    if not isinstance(value, list):
        return ()
    listed = cast("list[object]", value)
    return [cast("Mapping[str, object]", item) for item in listed if isinstance(item, dict)]


def text(value: object) -> str | None:
    """*value* where it is a string with something in it.

    What UTF-8 cannot say (half a surrogate pair, which JSON can) becomes a question mark, so that
    it can be stored and sent on.
    """
    if not isinstance(value, str) or not value:
        return None
    return value.encode("utf-8", "replace").decode("utf-8")


def size(value: object) -> int | None:
    """*value* where it is a count; JSON's true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return None
    return value


def micros(ts: str) -> int | None:
    """Slack's ``1795366434.000001`` as microseconds since 1970, exactly; None for anything else."""
    found = _TS.fullmatch(ts)
    if found is None:
        return None
    seconds, fraction = found.groups()
    return int(seconds) * 1_000_000 + int(fraction.ljust(6, "0"))
