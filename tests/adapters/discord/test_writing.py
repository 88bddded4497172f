"""The model's markdown on Discord: shown as it was written, and within what Discord takes."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.writing import DiscordDialect, fitted, render
from sandbox.discord import Discord

DIALECT = DiscordDialect()
TEXTS = st.text(st.sampled_from("ab _|`#->\\\n:@<h") | st.characters(), max_size=200)


@pytest.mark.parametrize(
    "text",
    [
        "call __init__ and __repr__, or a snake_case_name",
        "if a || b || c then",
        "-# not small",
        ">>> import this",
        "`a || b` and `__x__`",
        "```python\ndef __init__(): a || b\n```",
        "see https://example.com/a__b__c now",
    ],
)
async def test_what_discord_would_act_on_is_shown_as_written(text: str) -> None:
    async with Discord() as discord:
        shown = discord.reads(render(text))
    assert shown == text.replace("`", "") if "```" not in text else "__init__" in shown
    assert render(text) != text or "`" in text or "http" in text


def test_code_addresses_and_escapes_are_left_alone() -> None:
    for text in (
        "`__x__`",
        "``a || b``",
        "```\n-# x __y__\n",
        "\\_\\_x",
        "https://a.example/__b__",
    ):
        assert render(text) == text


def test_a_quote_and_a_list_stay_what_they_are() -> None:
    text = "> quoted\n- one\n* two\n# Heading\n**bold** *italic* a > b"
    assert render(text) == text


def test_a_table_stands_in_a_code_block() -> None:
    table = "| a | b |\n|---|:-:|\n| `x` | __y__ |"
    columns = "a   | b\n----|------\n`x` | __y__"
    assert render(f"Look:\n\n{table}\n\nDone __x__.") == (
        f"Look:\n\n```\n{columns}\n```\n\nDone \\_\\_x\\_\\_."
    )
    assert render("a|b\n-|-") == "```\na|b\n-|-\n```"
    fenced = f"```\n{table}\n```"
    assert render(fenced) == fenced
    assert render("a | b\nno rule | here") == "a | b\nno rule | here"


@given(TEXTS, TEXTS)
def test_measuring_is_additive(one: str, other: str) -> None:
    assert DIALECT.measure(one + other) == DIALECT.measure(one) + DIALECT.measure(other)


@given(TEXTS)
def test_what_is_sent_is_never_longer_than_it_was_measured(text: str) -> None:
    assert len(render(text).encode("utf-16-le", "surrogatepass")) // 2 <= DIALECT.measure(text)


@given(TEXTS)
def test_a_table_is_never_longer_than_it_was_measured(text: str) -> None:
    table = f"{text}|\n|-\n{text}|"
    assert len(render(table).encode("utf-16-le", "surrogatepass")) // 2 <= DIALECT.measure(table)


@pytest.mark.parametrize(
    "line",
    [
        "a|b\n-" + "|  " * 200 + "x",
        "a|b\n" + "|  - " * 200 + "x",
        "_" * 5000,
        "|" * 5000,
        "`" * 5000,
    ],
)
def test_no_line_takes_long_to_write(line: str) -> None:
    began = time.perf_counter()
    render(line)
    assert time.perf_counter() - began < 0.25


@given(st.text("|-: \nx", max_size=30))
def test_a_rule_is_what_it_looks_like(text: str) -> None:
    lines = text.split("\n")
    rendered = render("a|b\n" + lines[0])
    cells = lines[0].strip().strip("|").split("|")
    is_rule = bool(lines[0].strip("| \t")) and all(
        set(cell.strip()) <= {"-", ":"} for cell in cells
    )
    if rendered.startswith("```"):
        assert is_rule


@given(st.text(st.sampled_from("_|#>\n😀a"), max_size=3000))
def test_what_has_to_fit_into_one_message_does(text: str) -> None:
    shown = fitted(text)
    assert len(shown.encode("utf-16-le")) // 2 <= DIALECT.limit
    assert shown == render(text) or shown.endswith(("…", "```"))
