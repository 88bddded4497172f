import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.utils import get_cwidth

from sandbox.house.platform import Button, Seen, Thread
from sandbox.house.screen import (
    Line,
    Style,
    one_message,
    one_thread,
    printable,
    shortened,
    whole_channel,
    wrapped,
)


def seen(number: int, text: str, name: str = "Ana", edits: int = 0) -> Seen:
    app = name == "Claude"
    return Seen(str(number), name, text, float(number), app=app, edits=edits)


ROOT = seen(1, "@Claude hi")
ANSWER = seen(3, "Hello,\n\n    Ana", "Claude", edits=2)
TALK = [
    Thread("1", ROOT, (ANSWER,)),
    Thread("2", seen(2, "to people"), (seen(4, "ok", "Ben"),), "The plan", "is thinking..."),
]


def texts(lines: list[Line]) -> list[str]:
    """The lines, each time of day as TIME."""
    return [re.sub(r"\d\d:\d\d:\d\d", "TIME", line.text) for line in lines]


def cells(line: str) -> int:
    return sum(map(get_cwidth, line))


def test_a_channel_shows_each_thread_below_its_root_and_numbers_all() -> None:
    assert texts(whole_channel(TALK, 80)) == [
        "[1] Ana  TIME",
        "      @Claude hi",
        "[1.1]   Claude (app)  TIME, edited 2 times",
        "          Hello,",
        "",
        "              Ana",
        "",
        "[2] Ana  TIME",
        "      to people",
        "    Thread: The plan",
        "[2.1]   Ben  TIME",
        "          ok",
        "        Claude is thinking...",
        "",
    ]


def test_a_thread_keeps_the_number_of_its_root() -> None:
    assert texts(one_thread(TALK, "2", 80)) == texts(whole_channel(TALK, 80))[7:]


def test_a_thread_without_a_root_is_shown_by_its_title() -> None:
    alone = Thread("5", None, (seen(6, "ok", "Ben"),), "Loose")
    assert texts(whole_channel([alone], 80)) == [
        "[1] Thread: Loose",
        "[1.1]   Ben  TIME",
        "          ok",
        "",
    ]


def test_a_thread_that_was_deleted_is_said_to_be_gone() -> None:
    assert texts(one_thread(TALK, "9", 80)) == ["This thread is gone."]


def test_the_app_is_told_from_people_by_its_style() -> None:
    styles = [one_message(message, 80)[0].pieces[1][0] for message in (ROOT, ANSWER)]
    assert styles == [Style.NAME, Style.APP]


def test_files_and_a_single_edit_are_shown() -> None:
    message = replace(seen(1, "see", edits=1), files=("a.txt",))
    assert texts(one_message(message, 80)) == ["Ana  TIME, edited once", "  see", "  [file: a.txt]"]


def test_what_it_answers_stands_above_and_that_it_is_private_beside_the_name() -> None:
    message = replace(seen(1, "psst", "Claude"), private=True, about="Ana used /claude ask")
    assert texts(one_message(message, 80, indent=4, label="[7] ")) == [
        "    Ana used /claude ask",
        "[7] Claude (app)  TIME, only you see this",
        "      psst",
    ]


def test_buttons_stand_in_rows_that_fit() -> None:
    labels = ("Stop", "Try again", "もう一度")
    message = replace(seen(1, "…"), buttons=tuple(Button(label, label) for label in labels))
    assert texts(one_message(message, 80))[2:] == ["  [Stop] [Try again] [もう一度]"]
    assert texts(one_message(message, 22))[2:] == ["  [Stop] [Try again]", "  [もう一度]"]
    pieces = [piece for line in one_message(message, 22) for piece in line.pieces]
    assert [text for style, text in pieces if style is Style.BUTTON] == [f"[{x}]" for x in labels]


def test_lines_are_cut_between_words_and_wide_characters_count_twice() -> None:
    assert list(wrapped("one two three", 8)) == ["one two", "three"]
    assert list(wrapped("日本語です", 4)) == ["日本", "語で", "す"]
    assert list(wrapped("        indented", 10)) == ["        in", "dented"]
    assert shortened("日本語\nです", 6) == "日本…"
    assert shortened("日本語", 6) == "日本語"


def test_nothing_that_a_message_says_steers_the_terminal() -> None:
    assert list(wrapped("\x1b[2Jred\r\x9b1m\tx", 80)) == ["�[2Jred��1m x"]
    assert list(wrapped("\u202egnp.exe\u2066 \u200b\u2764\ufe0f", 80)) == ["gnp.exe \u2764"]


PRINTED = st.text(st.characters(exclude_categories=("Cs", "Cf", "Cc", "Zl", "Zp")))


@given(PRINTED.filter(lambda text: not re.search("[\ufe00-\ufe0f]", text)), st.integers(2, 30))
def test_a_wrapped_line_fits_and_no_word_is_lost(text: str, width: int) -> None:
    lines = list(wrapped(text, width))
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.lists(st.builds(Seen, st.just("1"), st.text(), st.text(), st.just(1.0))), st.text())
def test_nothing_stands_out_of_its_column(messages: list[Seen], title: str) -> None:
    dressed = [replace(m, about=title, files=(title,)) for m in messages]
    dressed += [replace(m, app=True, private=True, buttons=(Button("", title),)) for m in messages]
    threads = [Thread("1", message, tuple(dressed), title) for message in messages]
    for line in whole_channel(threads, 50):
        assert cells(line.text) <= 50
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", line.text)


def test_a_stream_of_ascii_gets_plainer_signs() -> None:
    assert printable("✓ é …", "ascii") == "ok: ? ..."
    assert printable("✓ é …", "utf-8") == "✓ é …"
