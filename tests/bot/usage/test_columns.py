import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.usage.columns import bar, left, legible, right, widest, width

# Letters that join others: marks, prefixes, jamo, halves of a flag, a skin tone, joiners.
JOINING = "a \u0d4e\u0301\u0903\U0001f1e6\U0001f3fd\u200d\u1100\u1161\u11a8\ufe0f\u0600🎉`\n"
TEXTS = st.text(max_size=30) | st.text(JOINING, max_size=12)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("Ana", 3),
        ("田中太郎", 8),
        ("ｱﾅ", 2),
        ("한글", 4),
        ("Ünal", 4),
        ("U\u0308nal", 4),  # the same, its dots written after the letter
        ("🎉", 2),
        ("❤️", 2),
        ("👍🏽", 2),
        ("🇯🇵", 2),
        ("█▏…", 3),
    ],
)
def test_a_text_is_as_wide_as_a_terminal_shows_it(text: str, columns: int) -> None:
    assert width(text) == columns


@given(TEXTS, st.integers(0, 20))
def test_a_text_fills_exactly_its_columns(text: str, columns: int) -> None:
    for filled in (left(legible(text), columns), right(legible(text), columns)):
        assert width(filled) == columns


@given(TEXTS)
def test_what_fits_is_shown_whole(text: str) -> None:
    shown = legible(text)
    assert left(shown, width(shown)) == shown
    assert right(shown, width(shown) + 2) == f"  {shown}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("abcdef", "abc…"), ("田中太郎", "田… "), ("田中", "田中"), ("a\u0301bcdef", "a\u0301bc…")],
)
def test_what_does_not_fit_is_cut_between_letters(text: str, shown: str) -> None:
    assert left(text, 4) == shown


@given(TEXTS)
def test_nothing_legible_leaves_its_line_or_its_code_block(text: str) -> None:
    shown = legible(text)
    assert "`" not in shown
    assert len(shown.splitlines()) <= 1
    assert shown == shown.strip()
    assert shown.isprintable()
    assert legible(shown) == shown


def test_marks_that_pile_up_are_left_out() -> None:
    assert len(legible("a" + "\u0301" * 1000)) == 8


@given(st.integers(-5, 1000), st.integers(0, 1000), st.integers(1, 20))
def test_a_bar_is_as_long_as_its_share(value: int, largest: int, columns: int) -> None:
    drawn = bar(value, largest, columns)
    eighths = sum(" ▏▎▍▌▋▊▉█".index(block) for block in drawn)
    assert width(drawn) <= columns
    if value <= 0 or largest <= 0:
        assert not drawn
    else:
        exact = min(8 * columns * value / largest, 8 * columns)
        assert eighths >= 1
        assert abs(eighths - max(exact, 1)) <= 0.5


def test_the_widest_decides_up_to_a_bound() -> None:
    assert widest([], 9) == 0
    assert widest(["ab", "田中"], 9) == 4
    assert widest(["ab", "a" * 20], 9) == 9
