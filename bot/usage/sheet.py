"""Pure: a report of usage as CSV, a row for each day, user, channel and tier."""

import csv
import io

from bot.prices import usd
from bot.usage.tally import Report

HEADER = (
    *("day", "user", "name", "channel", "tier", "answers", "unpriced"),
    *("input", "output", "cache_read", "cache_write", "usd", "usd_uncached"),
)

# A spreadsheet runs what begins so; in Japanese, what begins with their full-width forms, too.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")


def csv_text(report: Report) -> str:
    """All lines of *report* under a header, oldest first; amounts are exact, in USD.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(HEADER)
    for line in sorted(report.lines, key=lambda one: (one.day, one.user, one.channel, one.tier)):
        tally = line.tally
        sheet.writerow(
            (
                *(line.day, line.user, _tame(report.names.get(line.user, ""))),
                *(line.channel, line.tier, tally.answers, tally.unpriced),
                *(tally.input, tally.output, tally.cache_read, tally.cache_write),
                *(f"{usd(tally.cost):.9f}", f"{usd(tally.uncached):.9f}"),
            )
        )
    return text.getvalue()


def _tame(name: str) -> str:
    return f"'{name}" if name.startswith(_FORMULA) else name
