"""What people read of usage, and what a spreadsheet reads."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prices import NANO
from bot.sentences import LANGUAGES
from bot.usage import TOTAL, Line, Report, Scope, Tally, Within, csv_text, lines
from bot.usage.columns import width

TODAY = date(2026, 11, 22)
CHANNEL = Scope(Within.CHANNEL, "slack:C1")
COUNTS = st.integers(0, 10**13)
LINES = st.builds(
    Line,
    st.integers(0, 40).map(lambda back: TODAY - timedelta(days=back)),
    st.integers(0, 30).map(lambda number: f"slack:U{number}"),
    st.just("slack:C1"),
    st.text("abcdefgh", min_size=1, max_size=64),
    st.builds(Tally, st.integers(0, 10**6), st.integers(0, 9), *[COUNTS] * 6),
)
NAMES = st.dictionaries(st.integers(0, 30).map(lambda number: f"slack:U{number}"), st.text())


def used(user: str, cost: float, tier: str = "general", back: int = 0) -> Line:
    tally = Tally(1, 0, 1000, 200, 3000, 0, round(cost * NANO), round(2 * cost * NANO))
    return Line(TODAY - timedelta(days=back), user, "slack:C1", tier, tally)


def report(*used: Line, scope: Scope = CHANNEL, **names: str) -> Report:
    return Report(scope, TODAY, 30, used, {f"slack:{id_}": name for id_, name in names.items()})


def test_a_report_shows_figures_and_bars_that_line_up() -> None:
    told = report(
        used("slack:U1", 0.5), used("slack:U2", 1.0, "complex", 3), U1="田中太郎", U2="Ana"
    )
    assert lines(told) == [
        "**What this channel used**",
        "```",
        "                 today   7 days  30 days",
        "answers              1        2        2",
        "tokens read      4,000    8,000    8,000",
        "  from cache       75%      75%      75%",
        "tokens said        200      400      400",
        "USD             0.5000   1.5000   1.5000",
        "cache saves        50%      50%      50%",
        "",
        "USD by day (UTC)",
        "11-16    0.0000",
        "11-17    0.0000",
        "11-18    0.0000",
        "11-19    1.0000 ████████████████",
        "11-20    0.0000",
        "11-21    0.0000",
        "11-22    0.5000 ████████",
        "",
        "USD by tier, 30 days",
        "complex    1.0000 ████████████████",
        "general    0.5000 ████████",
        "",
        "USD by person, 30 days",
        "Ana         1.0000 ████████████████",
        "田中太郎    0.5000 ████████",
        "```",
    ]


@given(st.lists(LINES, max_size=30), NAMES, st.sampled_from(LANGUAGES), st.integers(1, 30))
def test_whatever_was_used_fits_a_phone_and_one_message(
    used: list[Line], names: dict[str, str], language: str, days: int
) -> None:
    told = lines(Report(TOTAL, TODAY, days, tuple(used), names), language)
    fences = [number for number, line in enumerate(told) if line == "```"]
    assert "\n".join(told).count("```") == len(fences) == (2 if fences else 0)
    assert all(width(line) <= 40 for line in told[slice(*fences or (0, 0))])
    assert len("\n".join(told).encode("utf-16-le")) // 2 <= 2000


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_and_figures_have_columns_of_their_own(language: str) -> None:
    table = lines(report(used("slack:U1", 0.5)), language)[2:9]
    assert {width(row) for row in table} == {40}
    assert not any("…" in row for row in table)


def test_many_people_and_tiers_end_in_a_row_that_sums_up_the_others() -> None:
    told = lines(report(*(used(f"slack:U{n}", 1 + n, f"tier{n}") for n in range(20))))
    tiers = told.index("USD by tier, 30 days")
    assert [line.split()[0] for line in told[tiers + 1 : tiers + 5]] == [
        f"tier{n}" for n in (19, 18, 17, 16)
    ]
    assert told[tiers + 5].split()[:3] == ["16", "others", "136.00"]
    assert told[-2].split()[:3] == ["13", "others", "91.0000"]


def test_my_own_usage_names_nobody() -> None:
    told = lines(report(used("slack:U1", 1), scope=Scope(Within.USER, "slack:U1"), U1="Ana"))
    assert told[0] == "**What you used**"
    assert not any("Ana" in line for line in told)


def test_nothing_used_is_said_in_a_sentence() -> None:
    assert lines(report(), "ja") == [
        "**このチャンネルの利用状況**",
        "過去 30 日間の利用はありません。",
    ]


def test_answers_without_a_price_are_told_below() -> None:
    free = Line(TODAY, "slack:U1", "slack:C1", "mine", Tally(answers=2, unpriced=2, input=5))
    told = lines(report(used("slack:U1", 1), free))
    assert told[-1] == "Not in these amounts: 2 answers of tiers without a price."


def test_no_name_leaves_the_code_block_or_forges_a_row() -> None:
    told = lines(report(used("slack:U1", 1), U1="``` @everyone\nAna 9.9999"))
    assert sum("```" in line for line in told) == 2
    assert told[-2].startswith("''' @everyon…")


def test_large_amounts_stay_whole() -> None:
    told = lines(report(used("slack:U1", 123_456.7), used("slack:U2", 0.5)))
    assert told[7].split() == ["USD", *["123,457"] * 3]


def test_a_sheet_has_a_row_for_each_line_and_exact_amounts() -> None:
    told = report(used("slack:U1", 0.000000001), used("slack:U2", 2, back=1), U1="Ana, the 1st")
    header, *rows = csv.reader(io.StringIO(csv_text(told)))
    assert [row[:5] for row in rows] == [
        ["2026-11-21", "slack:U2", "", "slack:C1", "general"],
        ["2026-11-22", "slack:U1", "Ana, the 1st", "slack:C1", "general"],
    ]
    assert dict(zip(header, rows[1], strict=True))["usd"] == "0.000000001"
    assert Decimal(rows[0][-1]) == 4
    assert rows[1][5:11] == ["1", "0", "1000", "200", "3000", "0"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1+1"])
def test_no_name_is_run_by_a_spreadsheet(name: str) -> None:
    _, row = csv.reader(io.StringIO(csv_text(report(used("slack:U1", 1), U1=name))))
    assert row[2] == f"'{name}"
