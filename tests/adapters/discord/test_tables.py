"""Tables in a font of one width: columns below each other, at no more than was measured."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.tables import aligned
from adapters.discord.writing import DiscordDialect, render

CELLS = st.text(st.sampled_from("ab名前 é`\\👍\u0301") | st.characters(exclude_characters="|\n\r"))
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=6)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_wide_characters_take_two_columns_and_numbers_stand_on_the_right() -> None:
    rows = ["| 名前 | Qty |", "|---|--:|", "| りんご | 3 |", "| Kiwi | 12 |"]
    assert aligned(rows, 500) == [
        "名前   | Qty",
        "-------|----",
        "りんご |   3",
        "Kiwi   |  12",
    ]


def test_rows_that_are_too_short_and_bars_within_cells_are_shown() -> None:
    rows = ["a | b | c", "-|:-:|-:", "x \\| y | | 1", "z"]
    assert aligned(rows, 500) == [
        "a     | b | c",
        "------|---|--",
        "x | y |   | 1",
        "z     |   |",
    ]


def test_a_table_without_room_stays_as_it_was_written() -> None:
    rows = ["| a | b |", "|---|---|", f"| {'x' * 200} | y |", *["| 1 | 2 |"] * 6]
    table = "\n".join(rows)
    assert aligned(rows, 600) is None
    assert render(table) == f"```\n{table}\n```"


def test_a_row_of_great_length_is_not_built_for_every_other() -> None:
    rows = ["a|b", "-|-", f"{'x' * 10_000}|y", *["1|2"] * 10_000]
    assert aligned(rows, 2_000) is None


@given(ROWS, st.integers(0, 2_000))
def test_columns_are_never_more_than_there_is_room_for(cells: list[list[str]], most: int) -> None:
    rows = [f"| {' | '.join(row)} |" for row in cells]
    shown = aligned([rows[0], "|---|", *rows[1:]], most)
    assert shown is None or sum(units(line) + 1 for line in shown) <= most


@given(ROWS)
def test_a_rendered_table_is_never_longer_than_it_was_measured(cells: list[list[str]]) -> None:
    rows = [f"| {' | '.join(row)} |" for row in cells]
    table = "\n".join([rows[0], "|---|", *rows[1:]])
    assert units(render(table)) <= DiscordDialect().measure(table)
