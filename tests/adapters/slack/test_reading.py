"""Slack's notation, decoded."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from adapters.slack.reading import (
    Named,
    clean,
    decode,
    mentions,
    named,
    opens_with_another,
    unescape,
    without_call,
)

NAMES = {"U1": "Ana", "U2": "Bo", "C1": "general"}

TOKENS = st.sampled_from(
    [
        "<@U1>",
        "<@U9>",
        "<@U1|ana>",
        "<#C1>",
        "<#C1|>",
        "<#C9|news>",
        "<!here>",
        "<!channel>",
        "<!subteam^S1>",
        "<!subteam^S1|@ops>",
        "<!date^1^{date}|Monday>",
        "<!date^1^{date}>",
        "<https://example.com>",
        "<https://example.com/?a=1&amp;b=2|see &lt;this&gt;>",
        "<mailto:a@example.com|a@example.com>",
        "<tel:+1555>",
    ]
)
PLAIN = st.text(st.characters(exclude_characters="<>&"), max_size=20)
WRITTEN = st.lists(TOKENS | PLAIN | st.sampled_from(["&amp;", "&lt;", "&gt;"]), max_size=12)


def test_people_are_read_by_name() -> None:
    assert decode("<@U1> and <@U2|bo.b> know", NAMES) == "@Ana and @Bo know"


def test_a_person_without_a_name_is_somebody_or_their_label() -> None:
    assert decode("<@U9> <@U9|nina>", NAMES) == "@somebody @nina"


def test_channels_are_read_by_name() -> None:
    assert decode("<#C1|> <#C2|news> <#C9|>", NAMES) == "#general #news #channel"


def test_calls_to_many_are_read_as_written() -> None:
    written = "<!here> <!channel> <!everyone> <!subteam^S1|@ops> <!subteam^S1>"
    assert decode(written, {}) == "@here @channel @everyone @ops @group"


def test_a_date_is_read_as_its_fallback() -> None:
    assert decode("on <!date^1392734382^{date}^https://a.b|18 Feb>", {}) == "on 18 Feb"


def test_a_link_is_read_with_its_label_where_that_says_more() -> None:
    written = "<https://a.b/c|docs> <https://a.b/c> <http://a.b|a.b> <https://a.b|https://a.b>"
    assert decode(written, {}) == "docs (https://a.b/c) https://a.b/c http://a.b https://a.b"


def test_mail_and_telephone_are_read_without_their_scheme() -> None:
    written = "<mailto:a@b.c|a@b.c> <mailto:a@b.c|Ana> <tel:+1555|+1555>"
    assert decode(written, {}) == "a@b.c Ana (a@b.c) +1555"


def test_entities_are_decoded_once_and_never_read_as_tokens() -> None:
    assert decode("&lt;@U1&gt; &amp;lt; a &amp;&amp; b", NAMES) == "<@U1> &lt; a && b"
    assert decode("<https://a.b/?x=1&amp;y=2>", {}) == "https://a.b/?x=1&y=2"


def test_a_name_cannot_smuggle_a_token_or_a_line() -> None:
    assert clean("A&lt;!channel&gt;\n\u2028b\u202e\x00") == "A!channel b"
    assert clean("  Ana \t  Lima ") == "Ana Lima"
    assert clean("x" * 100) == "x" * 80
    assert clean("\u200b\x07") == ""
    assert clean("\U0001f468\u200d\U0001f469") == "\U0001f468\u200d\U0001f469"


def test_what_needs_a_name_is_found() -> None:
    found = named("<@U1> <@U2|bo> <#C1|> <#C2|news> <!here> <https://x.y> &lt;@U5&gt; <@> <#>")
    assert found == Named(("U1", "U2"), ("C1",))


def test_of_many_who_are_named_the_first_are_worth_a_look_up() -> None:
    found = named(" ".join(f"<@U{number}> <@U{number}> <#C{number}>" for number in range(500)))
    assert found.users == tuple(f"U{number}" for number in range(13))
    assert found.channels == tuple(f"C{number}" for number in range(12))


def test_a_mention_is_a_whole_id_outside_of_code() -> None:
    assert mentions("hi <@U1>", "U1")
    assert mentions("hi <@U1|claude>", "U1")
    assert mentions("`a` <@U1> `b`", "U1")
    assert mentions("``` not closed <@U1>", "U1")
    assert not mentions("hi <@U12>", "U1")
    assert not mentions("write `<@U1>`", "U1")
    assert not mentions("```\n<@U1>\n``` there", "U1")
    assert not mentions("&lt;@U1&gt;", "U1")


def test_a_text_may_begin_with_another_person() -> None:
    assert opens_with_another(" <@U2> look", "U1")
    assert opens_with_another("<@U2|bo>: look", "U1")
    assert opens_with_another("<!subteam^S1|@ops> look", "U1")
    assert opens_with_another("\u3000<@U2|花子>さん、見て", "U1")
    assert not opens_with_another("@dataclass: why?", "U1")
    assert opens_with_another("*<@U2>* look", "U1")
    for behind in (", look", "、見て", "さん、どう？", "は来る?", "\u3000どう"):
        assert opens_with_another(f"\u3000<@U2>{behind}", "U1")
    assert not opens_with_another("<@U1> look", "U1")
    assert not opens_with_another("look, <@U2>", "U1")
    assert not opens_with_another("<!here> look", "U1")


def test_only_the_call_at_the_beginning_goes() -> None:
    assert without_call("<@U1> what does <@U1> do", "U1") == "what does <@U1> do"
    assert without_call(" <@U1|c>, <@U1>: hi", "U1") == "hi"
    assert without_call("<@U1> :wave: hi", "U1") == ":wave: hi"
    assert without_call("<@U1>", "U1") == ""
    assert without_call("<@U12> hi", "U1") == "<@U12> hi"


@given(WRITTEN)
def test_decoding_never_leaves_a_raw_token(pieces: list[str]) -> None:
    written = "".join(piece for piece in pieces if piece not in {"&lt;", "&gt;"})
    assert not re.search(r"<[@#!]|<https?:|<mailto:|<tel:", decode(written, NAMES))


@given(WRITTEN)
def test_plain_text_comes_through_unchanged(pieces: list[str]) -> None:
    plain = "".join(piece for piece in pieces if not piece.startswith(("<", "&")))
    assert decode(plain, NAMES) == plain


@given(st.text(st.sampled_from("<>@#!|^&;ltampgtU1`,: \n"), max_size=60))
@example("<" * 50)
def test_nothing_written_makes_reading_fail(written: str) -> None:
    names = dict.fromkeys(named(written).users, "Ana")
    assert isinstance(decode(without_call(written, "U1"), names), str)
    assert isinstance(mentions(written, "U1"), bool)
    assert isinstance(opens_with_another(written, "U1"), bool)


@given(st.text(max_size=120))
def test_a_clean_name_is_one_short_line(name: str) -> None:
    cleaned = clean(name)
    assert len(cleaned) <= 80
    assert cleaned == " ".join(cleaned.split())
    assert not set(cleaned) & set("<>\n\r\u2028\u2029\u202e\x00")


@given(st.text(max_size=60))
def test_escaping_and_unescaping_is_what_was_written(written: str) -> None:
    escaped = written.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert unescape(escaped) == written
    assert decode(escaped, {}) == written
