"""Pure: text in columns of a fixed width, as a code block shows it, and bars to draw with."""

import unicodedata
from collections.abc import Sequence

import regex  # type: ignore[import-untyped]  # its stubs are a package of their own

_CLUSTERS = regex.compile(r"\X")
# What would join a space or an ellipsis of ours before it, or behind it.
_LEADING = regex.compile(r"\A[\s\p{GCB=Extend}\p{GCB=SpacingMark}]+")
_PREFIXES = regex.compile(r"\p{GCB=Prepend}+")
_LONGEST_CLUSTER = 8  # code points; more are marks piled up to overflow the line
_EIGHTHS = "▏▎▍▌▋▊▉█"
_FLAG = regex.compile(r"\p{Regional_Indicator}{2}")
_EMOJI = "\ufe0f"  # shows the character before it as an emoji, which is wide


def width(text: str) -> int:
    """How many columns *text* takes: two for each wide character, none for what joins another."""
    return sum(map(_cluster_width, _CLUSTERS.findall(text)))


def legible(text: str) -> str:
    """*text* as one line that cannot leave a code block: no controls, joiners or backticks."""
    shown = (
        " " if character.isspace() else character
        for character in text.replace("`", "'")
        if character.isspace() or unicodedata.category(character)[0] != "C"
    )
    line = " ".join(_PREFIXES.sub("", "".join(shown)).split())
    clusters = _CLUSTERS.findall(_LEADING.sub("", line))
    return "".join(cluster[:_LONGEST_CLUSTER] for cluster in clusters)


def left(text: str, columns: int) -> str:
    """*text* at the left of exactly *columns* columns; what is too long ends in ``…``."""
    shown = _cut(text, columns)
    return shown + " " * (columns - width(shown))


def right(text: str, columns: int) -> str:
    """*text* at the right of exactly *columns* columns; what is too long ends in ``…``."""
    shown = _cut(text, columns)
    return " " * (columns - width(shown)) + shown


def widest(texts: Sequence[str], most: int) -> int:
    """The columns that the widest of *texts* takes, at most *most*."""
    return min(max(map(width, texts), default=0), most)


def bar(value: int, largest: int, columns: int) -> str:
    """A bar as long beside *columns* as *value* is beside *largest*, to an eighth of a column.

    Whatever is more than nothing shows at least an eighth.
    """
    if value <= 0 or largest <= 0:
        return ""
    eighths = max(1, min(8 * columns, round(8 * columns * value / largest)))
    full, rest = divmod(eighths, 8)
    return _EIGHTHS[-1] * full + (_EIGHTHS[rest - 1] if rest else "")


def _cut(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    kept, room = "", columns - 1  # for the ellipsis
    for cluster in _CLUSTERS.findall(text):
        room -= _cluster_width(cluster)
        if room < 0:
            break
        kept += cluster
    return kept + "…" if columns > 0 else ""


def _cluster_width(cluster: str) -> int:
    if _FLAG.fullmatch(cluster) or _EMOJI in cluster:
        return 2
    if any(unicodedata.east_asian_width(one) in "WF" for one in cluster):
        return 2
    return int(any(unicodedata.category(one)[0] not in "CM" for one in cluster))
