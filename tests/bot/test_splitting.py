import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.fences import TOP, after
from bot.splitting import Cuts, advance, growing, step
from tests.bot.dialects import (
    DIALECTS,
    DISCORD,
    SLACK,
    Measured,
    screens,
    split,
)

WORDS = st.sampled_from(
    [
        *(
            "word ",
            "a",
            "end. ",
            "**bold text** ",
            "`code` ",
            "``a ` b`` ",
            "~~no~~ ",
            "snake_case ",
        ),
        *("[a link](https://x.example/y) ", "*", "_", "`", "[", "](", "<&>", "\\*", "  ", "\t"),
        *(
            "x" * 30,
            "日本語の文。",
            "、",
            "👩\u200d👩\u200d👧\u200d👦",
            "🇯🇵",
            "é",
            "a" + "\u0301" * 60,
        ),
        *("שלום ", "ก็", "\r\n"),
    ]
)
LINES = st.lists(WORDS, max_size=12).map("".join) | st.sampled_from(
    [
        *("", "", "# Heading", "- item", "  - deep item", "1. one", "> quoted", "> > twice"),
        *("| a | b |", "```", "```py", "````", "~~~", "~~~~ ruby", "  ```", "    ```", "   ~~~"),
        *("- ```js", "> ```", "> code", "  code", "      code", "``` not `a fence", "---"),
        *("```" + "info" * 6, "- - - deep", "     ```py", "     code", "     ```", "1. - x"),
        *("\t```", "     ", "```   "),
    ]
)
MARKDOWN = st.lists(LINES, max_size=40).map("\n".join)
PROSE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="`~"), max_size=400)


def bare(text: str) -> str:
    return "".join(text.split())


def held(text: str, messages: list[str]) -> set[int]:
    """How much of *text*, without its white space, *messages* show; empty if they say another.

    The first line of a message may be a fence reopened, its last one a fence closed for the cut,
    so that there may be more than one answer.
    """
    source = bare(text)
    places = {0}
    for message in messages:
        whole = message.split("\n")
        parts = {
            bare(part)
            for last in (len(whole), len(whole) - 1)
            for lines in (whole[:last], whole[1:last])
            for part in ("\n".join(lines), "\n".join(lines).lstrip(" >"))
        }
        places = {at + len(part) for at in places for part in parts if source.startswith(part, at)}
        if re.match(r"[ >]*(```|~~~)", whole[-1]):  # it may stand for a longer one of the text
            places |= {at + len(source[at:]) - len(source[at:].lstrip("`~")) for at in places}
    return places


def open_behind(message: str) -> str | None:
    """The fence that is left open at the end of *message*."""
    outline = TOP
    for line in message.split("\n"):
        outline = after(outline, line)
    return None if outline.fence is None else outline.fence.closing


@given(MARKDOWN, DIALECTS)
def test_every_message_is_within_the_limit_and_none_is_blank(text: str, dialect: Measured) -> None:
    messages = split(text, dialect)
    assert [message for message in messages if dialect.measure(message) > dialect.limit] == []
    assert [message for message in messages if not message.strip()] == []


@given(MARKDOWN, DIALECTS, st.data())
def test_what_is_shown_while_the_text_grows_is_within_the_limit_too(
    text: str, dialect: Measured, data: st.DataObject
) -> None:
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=10)))
    for _, messages in screens(text, dialect, ends):
        assert [message for message in messages if dialect.measure(message) > dialect.limit] == []
        assert [message for message in messages if not message.strip()] == []


@given(MARKDOWN | PROSE, DIALECTS)
def test_the_whole_text_arrives(text: str, dialect: Measured) -> None:
    assert len(bare(text)) in held(text, split(text, dialect))


@given(PROSE, DIALECTS)
def test_nothing_but_white_space_at_a_cut_is_ever_dropped(text: str, dialect: Measured) -> None:
    place = 0
    for message in split(text, dialect):
        found = text.index(message, place)
        assert text[place:found].strip() == ""
        place = found + len(message)
    assert text[place:].strip() == ""


@settings(deadline=None)
@given(MARKDOWN, DIALECTS)
@example("x" * 330 + "\n" + "y" * 36 + "\n    deep in a list", Measured(400))
def test_however_a_text_is_fed_it_is_cut_at_the_same_places(text: str, dialect: Measured) -> None:
    cuts = Cuts()
    for end in range(len(text) + 1):
        grown = advance(cuts, text[:end], dialect)
        assert grown.pieces[: len(cuts.pieces)] == cuts.pieces
        cuts = grown
    assert cuts == advance(Cuts(), text, dialect)


@given(MARKDOWN, DIALECTS)
def test_a_step_closes_one_piece_at_most_and_at_the_end_changes_nothing(
    text: str, dialect: Measured
) -> None:
    cuts = Cuts()
    while (further := step(cuts, text, dialect)) is not cuts:
        assert further.pieces[:-1] == cuts.pieces or further.pieces == cuts.pieces
        assert further.offset > cuts.offset
        cuts = further
    assert cuts == advance(Cuts(), text, dialect)


@settings(deadline=None)
@given(MARKDOWN, DIALECTS)
@example("x" * 300 + "\n\n" + "word " * 40, Measured(400))
def test_shown_text_never_moves_to_another_message_while_the_text_grows(
    text: str, dialect: Measured
) -> None:
    ends: list[int] = []  # how much of the text the messages up to each one show
    for _, messages in screens(text, dialect, list(range(len(text) + 1))):
        assert len(messages) >= len(ends)
        ends += [0] * (len(messages) - len(ends))
        for part, end in enumerate(ends):
            ends[part] = min(at for at in held(text, messages[: part + 1]) if at >= end)


@given(MARKDOWN, DIALECTS)
@example("> ```\n\n", Measured(48))
def test_every_message_closes_the_fences_it_opens(text: str, dialect: Measured) -> None:
    room = min(32, dialect.limit // 8)
    for message in split(text, dialect):
        closing = open_behind(message + "\n")  # a quote ends with its message
        assert closing is None or dialect.measure("\n" + closing) > room


@given(
    st.lists(st.text("ab c`~", max_size=30), min_size=1, max_size=300),
    st.sampled_from(["```py", "~~~", "  ````rs", "~~~~ js"]),
    st.sampled_from([SLACK, DISCORD]),
)
def test_code_keeps_every_line_and_blank_across_cuts(
    code: list[str], opening: str, dialect: Measured
) -> None:
    code = [line for line in code if not re.match(r" *(`{3,}|~{3,})", line)]
    closing = re.sub(r"[^`~ ].*| js", "", opening)
    text = "\n".join([opening, *code, closing])
    parts = [message.split("\n") for message in split(text, dialect)]
    assert [(part[0], part[-1].strip()) for part in parts] == [(opening, closing.strip())] * len(
        parts
    )
    assert [line for part in parts for line in part[1:-1]] == code


def sentences(count: int) -> str:
    return " ".join(f"This is sentence number {number}." for number in range(count))


def test_a_message_grows_to_85_percent_and_its_last_part_waits_for_the_cut() -> None:
    text = sentences(200)
    grown = {len(messages[0]) for _, messages in screens(text, DISCORD, list(range(1, 1900, 7)))}
    whole = len(split(text, DISCORD)[0])
    assert max(grown) == int((2000 - 32) * 0.85)
    assert 1700 < whole <= 2000


@pytest.mark.parametrize(
    ("before", "at_the_cut", "behind"),
    [
        ("A sentence. And words\nand a line\n", "\n", "Then more. And\nmore"),
        ("A sentence. And words", "\n", "Then more. And more"),
        ("Words and more.", " ", "Then more and more "),
        ("Worte", " ", "Donaudampfschifffahrt"),
        ("日本語です。", "", "日本語日本語"),
        ("one two", " ", "`a code span`"),
        ("one two", " ", "[a link to it](https://x.example)"),
        ("one two", " ", "**bold words that go on**"),
        ("A whole list", "\n\n", "- a\n  - b\n    c. d\n    e. f"),
        ("An item here", "\n", "    deeper"),
        ("one [two] three)", " ", "[four five](https://x.example)"),
        ("A table", "\n", "| a. b | c |\n| d. e | f |"),
        ("Look at this. So", "\n", "```py\nx = 1\ny = 2\nz = 3"),
    ],
)
def test_the_cut_falls_where_a_reader_minds_least(
    before: str, at_the_cut: str, behind: str
) -> None:
    filling = "x" * (352 - len(before))
    text = filling + before + at_the_cut + behind
    messages = split(text + "y" * 400, Measured(400))
    assert messages[0] == (filling + before).rstrip("\n") + at_the_cut.rstrip("\n")
    assert messages[1].startswith(behind[:20])


def test_a_span_counts_from_the_line_where_it_begins() -> None:
    bold = "**bold\n" + "x" * 312 + " words. Words** and "
    assert split(bold + "y" * 200, Measured(400)) == [bold, "y" * 200]


def test_the_first_place_where_a_cut_may_fall_is_as_good_as_any_other() -> None:
    shown = "x" * 311 + "\n"  # 85 % of what has room beside a closing line
    assert growing(Cuts(), shown + "y" * 40, Measured(400)) == shown.rstrip()
    assert split(shown + "y" * 300, Measured(400)) == [shown.rstrip(), "y" * 300]


def test_code_is_cut_between_its_lines() -> None:
    messages = split("```py\n" + "x = 1. y\n" * 200 + "```", Measured(400))
    assert {line for message in messages for line in message.split("\n")} == {
        *("```py", "x = 1. y", "```"),
    }


@pytest.mark.parametrize(
    "grapheme",
    [
        "👩\u200d👩\u200d👧\u200d👦",
        "🇯🇵",
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "क्षा",
        "한",
        "e" + "\u0301" * 50,
        "👩" + "\u0301" * 50 + "\u200d👧",
    ],
)
def test_a_word_longer_than_a_message_is_cut_between_graphemes(grapheme: str) -> None:
    text = "a" + grapheme * 2000
    messages = split(text, DISCORD)
    assert "".join(messages) == text
    assert {message.replace(grapheme, "") for message in messages} == {"", "a"}
    ends = range(1, min(len(text), 4200), len(grapheme))
    for _, messages in screens(text, DISCORD, list(ends)):
        assert {message.replace(grapheme, "") for message in messages} <= {"", "a"}


def test_a_grapheme_longer_than_a_message_still_arrives() -> None:
    zalgo = "a" + "\u0301" * 9000
    assert "".join(split(zalgo, DISCORD)) == zalgo


def test_a_fence_deep_in_a_list_is_reopened_at_the_margin() -> None:
    code = [f"     line {number}" for number in range(40)]
    text = "\n".join(["1. a", "   - b", "", "     ```py", *code, "     ```", "", "2. c"])
    first, second, *_ = split(text, Measured(400))
    assert first.endswith("\n     ```")
    assert second.startswith("```py\nline ")
    assert second.endswith("\n```\n\n2. c")
    pieces = split("\n".join(["1. a", "   - b", "", "     ```py", *code * 3]), Measured(400))
    assert len(pieces) > 3
    assert {piece[:11] for piece in pieces[1:]} == {"```py\nline "}


def test_what_goes_on_deep_in_a_list_comes_to_the_margin_until_the_list_does() -> None:
    deep = [f"      - deep item {number}" for number in range(30)]
    text = "\n".join(["- a", "  - b", "    - c", *deep, "    - d", "  - e", "- f"])
    second = split(text, Measured(400))[1].split("\n")
    assert second[0].startswith("- deep item")
    assert second[-3:] == ["- d", "  - e", "- f"]
    pieces = split("\n".join(["- a", "  - b", *deep, *deep, *deep]), Measured(400))
    assert {piece.split(" item")[0] for piece in pieces[1:]} == {"  - deep"}


def test_lines_behind_a_fence_that_was_reopened_keep_their_place_in_the_list() -> None:
    code = [f"    line {number}" for number in range(40)]
    text = "\n".join(["- a", "  - b", "", "    ```py", *code, "    ```", "  - c"])
    _, second = split(text, Measured(400))
    assert second.startswith("```py\nline ")
    assert second.endswith("\n```\n  - c")


def test_a_fence_in_a_quote_stays_in_its_quote() -> None:
    text = "\n".join(["> ```", *(f"> line {number}" for number in range(60)), "> ```", "done"])
    messages = split(text, Measured(400))
    assert len(messages) > 1
    for message in messages[:-1]:
        assert message.startswith("> ```\n> line")
        assert message.endswith("\n> ```")


def test_a_closing_line_that_would_come_first_is_the_one_that_closed_the_piece() -> None:
    text = "```py\n" + "x = 1\n" * 50 + "```\n" + "Then this.\n" * 40
    for filling in range(70):
        messages = split("a" * filling + "\n" + text, Measured(400))
        assert not [message for message in messages if message.startswith("```py\n```")]


def test_a_closing_line_alone_makes_no_message() -> None:
    ends = 0
    for filling in range(60):
        text = "a" * filling + "\n```py\n" + "x = 1\n" * 59 + "```"
        for messages in (
            split(text, Measured(400)),
            *(m for _, m in screens(text, Measured(400), [len(text)])),
        ):
            assert "```py\n```" not in messages
            ends += len(messages)
    assert ends > 120


def test_a_long_info_string_is_not_repeated() -> None:
    text = "```" + "x" * 300 + "\n" + "code\n" * 200
    _, second, *_ = split(text, Measured(400))
    assert second.startswith("```\ncode\n")


def test_nothing_is_shown_of_an_empty_text() -> None:
    assert split("", SLACK) == []
    assert split(" \n\n\t\n " * 5000, SLACK) == []
    assert growing(Cuts(), " \n", SLACK) is None


def test_half_a_line_of_code_is_set_off_as_the_whole_was() -> None:
    text = "> ```py\n> " + "x = 1; " * 200 + "\n> ```"
    _, second, *_ = split(text, Measured(400))
    assert second.startswith("> ```py\n> x = 1; ")
    assert second.endswith("\n> ```")
