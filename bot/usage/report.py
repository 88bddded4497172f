"""Pure: a report of usage as lines of markdown, which read the same in Slack and in Discord.

Figures stand in one code block, where letters have one width. No line has more than 40 columns, so
that a phone wraps none; all of it fits one message of Discord's.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from bot.prices import NANO
from bot.sentences import say
from bot.usage.columns import bar, left, legible, right, widest
from bot.usage.tally import Report, Tally, Within, total

_LABEL = 13  # columns at most, for a label or a name
_FIGURE = 9
_BAR = 40 - _LABEL - _FIGURE - 2
_CHARTED = 7  # days
_TIERS = 5  # the dearest; the others are summed up in one row
_USERS = 8
_LONG = 100_000  # tokens from which they are told in thousands

_Rows = Sequence[tuple[str, Tally]]


def lines(report: Report, language: str | None = None) -> list[str]:
    """The lines that tell a person of *report* in *language*: a title, figures, what is missing."""

    def word(key: str, **arguments: object) -> str:
        return say(f"usage.{key}", language, **arguments)

    title = f"**{word(report.scope.within.value)}**"
    whole = report.over(report.days)
    if whole == Tally():
        return [title, word("none", days=report.days)]
    charted = min(_CHARTED, report.days)
    charts: list[tuple[str, _Rows]] = [
        (word("by_day"), [(_short(day), tally) for day, tally in report.by_day(charted)]),
        (word("by_tier", days=report.days), _cut(report.by_tier(report.days), _TIERS, word)),
    ]
    if report.scope.within is not Within.USER:
        users = [(report.names.get(id_, id_), tally) for id_, tally in report.by_user(report.days)]
        charts.append((word("by_user", days=report.days), _cut(users, _USERS, word)))
    figures = [*_table(report, word)]
    for heading, rows in charts:
        figures += ["", legible(heading), *_chart(rows)]
    unpriced = [word("unpriced", answers=whole.unpriced)] if whole.unpriced else []
    return [title, "```", *figures, "```", *unpriced]


_Word = Callable[..., str]


def _table(report: Report, word: _Word) -> Iterator[str]:
    """The figures of today, of a week, and of all the days, side by side."""
    spans = sorted({1, min(7, report.days), report.days})
    sums = [report.over(days) for days in spans]
    decimals = _decimals(sums)
    heads = [word("today") if days == 1 else word("days", days=days) for days in spans]
    rows: list[tuple[str, list[str]]] = [
        ("", heads),
        (word("answers"), [f"{tally.answers:,}" for tally in sums]),
        (word("tokens_in"), [_count(tally.prompt) for tally in sums]),
        (word("cached"), [_share(tally.cached) for tally in sums]),
        (word("tokens_out"), [_count(tally.output) for tally in sums]),
        (word("usd"), [_amount(tally.cost, decimals) for tally in sums]),
        (word("saved"), [_share(tally.saved) for tally in sums]),
    ]
    for label, figures in rows:
        yield left(label, _LABEL) + "".join(right(figure, _FIGURE) for figure in figures)


def _chart(rows: _Rows) -> Iterator[str]:
    names = [legible(name) or "?" for name, _ in rows]
    columns = widest(names, _LABEL)
    largest = max((tally.cost for _, tally in rows), default=0)
    decimals = _decimals([tally for _, tally in rows])
    for name, (_, tally) in zip(names, rows, strict=True):
        amount = right(_amount(tally.cost, decimals), _FIGURE)
        yield f"{left(name, columns)} {amount} {bar(tally.cost, largest, _BAR)}".rstrip()


def _cut(rows: _Rows, most: int, word: _Word) -> _Rows:
    """The first *most* of *rows*; where there are more, the last one sums up the others."""
    if len(rows) <= most:
        return rows
    others = rows[most - 1 :]
    rest = total(tally for _, tally in others)
    return [*rows[: most - 1], (word("others", number=len(others)), rest)]


def _short(day: date) -> str:
    return f"{day:%m-%d}"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _count(tokens: int) -> str:
    if tokens < _LONG:
        return f"{tokens:,}"
    if tokens < 1000 * _LONG:
        return f"{tokens / 1e3:,.0f} k"
    return f"{tokens / 1e6:,.0f} M"


def _decimals(tallies: Sequence[Tally]) -> int:
    """As many as small amounts need, but the same in all of a column, so that points line up."""
    largest = max((tally.cost for tally in tallies), default=0)
    return 4 if largest < 100 * NANO else 2 if largest < 10_000 * NANO else 0


def _amount(nano_dollars: int, decimals: int) -> str:
    return f"{nano_dollars / NANO:,.{decimals}f}"
