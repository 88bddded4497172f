import re

from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.utils import get_cwidth

from sandbox.house.screen import (
    Line,
    Style,
    one_message,
    one_thread,
    printable,
    roots,
    whole_channel,
    wrapped,
)
from sandbox.slack import File, Shown

APP = "U0CLAUDE01"


def shown(
    ts: int, text: str, name: str = "Ana", thread: int | None = None, edits: int = 0
) -> Shown:
    return Shown(
        ts=f"{ts}.000000",
        user=APP if name == "Claude" else "U0001",
        name=name,
        text=text,
        fallback=text,
        blocks=(),
        thread_ts=None if thread is None else f"{thread}.000000",
        edits=edits,
        history=(text,),
        metadata=None,
        files=(),
        subtype=None,
        unfurled=(),
        pinged=(),
    )


TALK = [
    shown(1, "@Claude hi"),
    shown(2, "to people"),
    shown(3, "Hello,\n\n    Ana", "Claude", thread=1, edits=2),
    shown(4, "ok", "Ben", thread=2),
]


def texts(lines: list[Line]) -> list[str]:
    """The lines, each time of day as TIME."""
    return [re.sub(r"\d\d:\d\d:\d\d", "TIME", line.text) for line in lines]


def test_a_channel_shows_each_thread_below_its_root() -> None:
    assert texts(whole_channel(TALK, APP, 80, {"2.000000": "is thinking..."})) == [
        "[1] Ana  TIME",
        "      @Claude hi",
        "        Claude (app)  TIME, edited 2 times",
        "          Hello,",
        "",
        "              Ana",
        "",
        "[2] Ana  TIME",
        "      to people",
        "        Ben  TIME",
        "          ok",
        "        Claude is thinking...",
        "",
    ]


def test_a_thread_keeps_the_number_of_its_root() -> None:
    assert texts(one_thread(TALK, "2.000000", APP, 80, {})) == [
        "[2] Ana  TIME",
        "      to people",
        "        Ben  TIME",
        "          ok",
        "",
    ]


def test_a_thread_that_was_deleted_is_said_to_be_gone() -> None:
    assert texts(one_thread(TALK, "9.000000", APP, 80, {})) == ["This thread is gone."]


def test_only_what_stands_at_the_top_level_has_a_number() -> None:
    assert [root.ts for root in roots(TALK)] == ["1.000000", "2.000000"]


def test_the_app_is_told_from_people_by_its_style() -> None:
    assert [one_message(message, APP, 80)[0].style for message in TALK] == [
        *(Style.NAME, Style.NAME, Style.APP, Style.NAME),
    ]


def test_files_and_a_single_edit_are_shown() -> None:
    message = shown(1, "see", edits=1)
    with_file = Shown(
        **{name: getattr(message, name) for name in Shown.__slots__ if name != "files"},
        files=(File("a.txt"),),
    )
    assert texts(one_message(with_file, APP, 80)) == [
        "Ana  TIME, edited once",
        "  see",
        "  [file: a.txt]",
    ]


def test_lines_are_cut_between_words_and_wide_characters_count_twice() -> None:
    assert list(wrapped("one two three", 8)) == ["one two", "three"]
    assert list(wrapped("日本語です", 4)) == ["日本", "語で", "す"]
    assert list(wrapped("        indented", 10)) == ["        in", "dented"]


def test_nothing_that_a_message_says_steers_the_terminal() -> None:
    assert list(wrapped("\x1b[2Jred\r\x9b1m\tx", 80)) == ["�[2Jred��1m x"]


@given(st.text(), st.integers(2, 30))
def test_a_wrapped_line_fits_and_no_word_is_lost(text: str, width: int) -> None:
    lines = list(wrapped(text, width))
    assert all(sum(map(get_cwidth, line)) <= width for line in lines)
    visible = re.sub(
        r"[\x00-\x1f\x7f-\x9f]",
        "\N{REPLACEMENT CHARACTER}",
        "".join(text.split("\n")).replace("\t", ""),
    )
    assert "".join(lines).replace(" ", "") == visible.replace(" ", "")


def test_a_stream_of_ascii_gets_plainer_signs() -> None:
    assert printable("✓ é …", "ascii") == "ok: ? ..."
    assert printable("✓ é …", "utf-8") == "✓ é …"
