import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.discord import markup
from sandbox.discord.markup import EVERYBODY, Allowed

NAMES = {"<@1>": "@Ana", "<@2>": "@Ana Lima", "<@&3>": "@Staff", "<#4>": "#general"}
NOBODY = Allowed(frozenset(), frozenset(), everyone=False, replied_user=False)


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("<@1>, <@!1>, <@&3> in <#4>", "@Ana, @Ana, @Staff in #general"),
        ("<@9> <:wave:77> <a:wave:77> <t:12:R>", "<@9> :wave: :wave: 12"),
        (
            "# One\n### Two\n#### Four\n-# small\n> said\n>>> more",
            "One\nTwo\n#### Four\nsmall\nsaid\nmore",
        ),
        ("**b** __u__ ~~s~~ ||x|| *i* _i_ ***bi***", "b u s x i i bi"),
        ("**bold *and* __more__**", "bold and more"),
        ("2 * 3 * 4, snake_case_name, __init__", "2 * 3 * 4, snake_case_name, init"),
        (r"\_\_init\_\_ \> \|\| \-# \`x\` \\", r"__init__ > || -# `x` " + "\\"),
        ("[site](https://a.example) [no](b)", "site [no](b)"),
        (
            "<https://a.example> https://a.example/_x_y_",
            "https://a.example https://a.example/_x_y_",
        ),
        ("`**a** <@1> \\_` ``b ` c``", "**a** <@1> \\_ b ` c"),
        ("```py\n**a**\n<@1>\n``` **b**", "**a**\n<@1> b"),
        ("a > b # c", "a > b # c"),
    ],
)
def test_a_person_reads_names_and_words_without_their_marks(raw: str, seen: str) -> None:
    assert markup.readable(raw, NAMES) == seen


@given(st.text(alphabet="abc123 \n.,!?äß日本", max_size=80))
def test_plain_words_read_as_they_stand(text: str) -> None:
    assert markup.readable(text, NAMES) == text


@given(st.text(alphabet=r"\`*_{}[]()#+-.!>|~<:@", max_size=40))
def test_an_escaped_character_reads_as_itself(text: str) -> None:
    assert markup.readable("".join(f"\\{char}" for char in text), {}) == text


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("@everyone and @here", ("@everyone", "@here")),
        ("<@1> <@!1> <@&3> <#4>", ("<@1>", "<@&3>")),
        ("`<@1>` ```\n@everyone\n``` ``@here``", ()),
        (r"\<@1> and \@everyone", ("<@1>", "@everyone")),
        (r"\`<@1>\` and `\` <@&3>", ("<@1>", "<@&3>")),
    ],
)
def test_a_text_pings_whom_it_names_outside_code(text: str, tokens: tuple[str, ...]) -> None:
    assert markup.pings(text, EVERYBODY) == tokens
    assert markup.pings(text, NOBODY) == ()


def test_only_those_may_be_pinged_who_were_allowed() -> None:
    text = "@everyone <@1> <@2> <@&3> <@&5>"
    some = Allowed(frozenset({"2"}), frozenset({"3"}), everyone=False)
    assert markup.pings(text, some) == ("<@2>", "<@&3>")


def test_addresses_have_previews_unless_in_brackets_or_code() -> None:
    text = "https://a.example/x, <https://b.example> `https://c.example` (http://d.example)"
    assert list(markup.addresses(text)) == ["https://a.example/x,", "http://d.example"]


def test_the_longest_name_that_fits_is_mentioned() -> None:
    assert markup.typed("@Ana Lima, @Ana in #general; @Anatol", NAMES) == (
        "<@2>, <@1> in <#4>; @Anatol"
    )
    assert markup.typed("@Ana", {}) == "@Ana"


@pytest.mark.parametrize(("text", "units"), [("", 0), ("aé日", 3), ("😀", 2), ("e\u0301", 2)])
def test_length_counts_utf_16(text: str, units: int) -> None:
    assert markup.length(text) == units


@given(st.text())
def test_no_other_count_is_larger(text: str) -> None:
    assert markup.length(text) >= len(text)


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("**<@1>** in <#4>, <@!9> <a:wave:77> <t:12:R>", "**@Ana** in #general, <@!9> :wave: 12"),
        (r"\_\_init\_\_ \> \\", "__init__ > " + "\\"),
        ("`\\_ <@1>` ```py\n\\_ <@1>\n```", "`\\_ <@1>` ```py\n\\_ <@1>\n```"),
        ("<https://a.example> [a](https://b.example)", "https://a.example [a](https://b.example)"),
    ],
)
def test_what_an_author_wrote_keeps_its_marks(raw: str, written: str) -> None:
    assert markup.unescaped(raw, NAMES) == written


def test_capitals_do_not_matter_to_who_is_meant() -> None:
    assert markup.typed("@ana LIMA, @STAFF", NAMES) == "<@2>, <@&3>"
    assert markup.typed("@straße and @ſtaff", {"<@1>": "@Straße", "<@2>": "@staff"}).startswith(
        "<@1>"
    )
