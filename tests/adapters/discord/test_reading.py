"""What a person reads where Discord has ids, and what a thread is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.reading import (
    CHANNEL,
    ROLE,
    USER,
    clean,
    decode,
    named,
    opens_with_another,
    title,
    without_call,
)

NAMES = {(USER, "1"): "Ana", (ROLE, "2"): "Team", (CHANNEL, "3"): "general"}
US = frozenset({"9", "8"})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("<@1> and <@!1>", "@Ana and @Ana"),
        ("<@&2> in <#3>", "@Team in #general"),
        ("<@7> <@&7> <#7>", "@somebody @role #channel"),
        ("<:wave:12> <a:dance:13>", ":wave: :dance:"),
        ("</claude ask:44> in <id:browse>", "/claude ask in /browse"),
        ("at <t:1462015105:R>", "at 2016-04-30 11:18 UTC"),
        ("at <t:999999999999>", "at (no date)"),
        ("`<@1>` ```\n<@1>``` <@1>", "`<@1>` ```\n<@1>``` @Ana"),
        ("a < b and <b> 1>2", "a < b and <b> 1>2"),
    ],
)
def test_ids_are_decoded_to_what_a_person_reads(text: str, read: str) -> None:
    assert decode(text, NAMES) == read


def test_what_a_text_names_is_told() -> None:
    assert named("<@1> <@!1> <@&2> <#3> <:x:4>") == {(USER, "1"), (ROLE, "2"), (CHANNEL, "3")}


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("<@9> hi", "hi"),
        ("<@!9>, hi", "hi"),
        ("<@&8> <@9>: hi", "hi"),
        ("hi <@9>", "hi <@9>"),
        ("<@1> <@9>", "<@1> <@9>"),
        ("<@9>", ""),
    ],
)
def test_the_call_that_a_text_begins_with_is_taken_off(text: str, rest: str) -> None:
    assert without_call(text, US) == rest


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("<@1> see?", True),
        ("<@&2> see?", True),
        ("\u3000<@!1>さん、見て", True),  # people write a full-width space before it
        ("<@9>さん、見て", False),
        ("<@9> x", False),
        ("x", False),
        ("@dataclass: why?", False),  # code, as likely as a name that nobody picked
        ("<@!1>さん、どう？", True),
        ("\u3000<@1>、見て", True),
        ("<@1>は来る?", True),
        ("<@1>, see?", True),
        ("**<@1>** see?", True),
        ("**<@9>** see?", False),
    ],
)
def test_who_is_named_first_is_spoken_to(text: str, another: bool) -> None:  # noqa: FBT001  - a column
    assert opens_with_another(text, US) is another


def test_a_name_cannot_speak_as_somebody_else() -> None:
    assert clean("Ana\n<system>\u202e\x00 x") == "Ana system x"
    assert len(clean("x" * 200)) == 80


@given(st.text(st.characters(max_codepoint=127), max_size=75))
def test_a_plain_name_is_cleaned_as_any_other(name: str) -> None:
    # A letter that is not ASCII in front has every character looked at.
    assert clean(f"é {name}") == f"é {clean(name)}".strip()


@given(st.text())
def test_a_title_is_one_line_that_discord_takes(text: str) -> None:
    name = title(text, "Ana")
    assert name == name.strip()
    assert 1 <= len(name.encode("utf-16-le", "surrogatepass")) // 2 <= 100
    assert not set(name) & set("\n\r\x0b\x0c\u2028")


def test_a_title_is_cut_between_words() -> None:
    name = title("## **why** does `the` " + "nightly build " * 12, "Ana")
    assert name.startswith("why does the nightly build")
    assert name.endswith(("nightly…", "build…"))
    assert title("<@9>" and "\u200b \n", "Ana") == "Ana"
    assert title("x" * 150, "Ana") == "x" * 99 + "…"
