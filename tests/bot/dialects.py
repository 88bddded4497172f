"""Ways to measure a text, and what becomes of one that is cut to the end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

from bot.splitting import Cuts, advance, final, growing


@dataclass(frozen=True)
class Measured:
    """A dialect that measures as the test says."""

    limit: int
    unit: Callable[[str], int] = len

    def measure(self, text: str) -> int:
        """What *text* costs."""
        return self.unit(text)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def escaped(text: str) -> int:
    return len(text) + 4 * text.count("&") + 3 * text.count("<") + 3 * text.count(">")


def utf8(text: str) -> int:
    return len(text.encode())


SLACK = Measured(3900, escaped)
DISCORD = Measured(2000, utf16)
DIALECTS = st.builds(Measured, st.integers(40, 160), st.sampled_from([len, utf16, escaped, utf8]))


def split(text: str, dialect: Measured) -> list[str]:
    """All messages of *text*, heard at once."""
    cuts = advance(Cuts(), text, dialect)
    last = final(cuts, text, dialect)
    return [*cuts.pieces, *([] if last is None else [last])]


def screens(text: str, dialect: Measured, ends: list[int]) -> Iterator[tuple[Cuts, list[str]]]:
    """The cuts, and the messages shown, after *text* grew to each of *ends*."""
    cuts = Cuts()
    for end in ends:
        cuts = advance(cuts, text[:end], dialect)
        last = growing(cuts, text[:end], dialect)
        yield cuts, [*cuts.pieces, *([] if last is None else [last])]
