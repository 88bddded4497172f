import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack import markup

NAMES = {"U1": "Ana", "C1": "general", "U2": "Ana Lima"}


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("<@U1> and <@U9|bob> and <@U8>", "@Ana and @bob and @U8"),
        ("<#C1> <#C9|ops>", "#general #ops"),
        ("<!here> <!subteam^S1|@devs> <!subteam^S1>", "@here @devs @subteam"),
        ("<https://a.example|site &amp; co> <https://b.example>", "site & co https://b.example"),
        ("1 < 2 <b>", "1 < 2 <b>"),
    ],
)
def test_a_person_reads_names_labels_and_characters(raw: str, seen: str) -> None:
    assert markup.readable(raw, NAMES) == seen


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("&lt;!here> and <@U1>", "<!here> and @Ana"),
        ("`&lt;` and ``a`&lt;`` and &lt;", "`&lt;` and ``a`&lt;`` and <"),
        ("```\n&lt;\n```\n&lt;", "```\n&lt;\n```\n<"),
        ("~~~~\n```\n&lt;\n~~~~\n&lt;", "~~~~\n```\n&lt;\n~~~~\n<"),
        ("```\n&lt; never closed", "```\n&lt; never closed"),
        ("``` not ` a fence\n&lt;", "``` not ` a fence\n<"),
        ("<https://a.example> <https://a.example|site>", "<https://a.example> site"),
        ("`open\n\nclosed` &lt;", "`open\n\nclosed` <"),
    ],
)
def test_in_a_markdown_block_code_is_shown_as_it_stands(raw: str, seen: str) -> None:
    assert markup.readable_markdown(raw, NAMES) == seen


@given(st.text(alphabet="`~&lt;\n a<>!here#-", max_size=200))
def test_markdown_without_entities_or_tokens_is_shown_unchanged(text: str) -> None:
    plain = text.replace("&", "").replace("<", "")
    assert markup.readable_markdown(plain, NAMES) == plain


@given(st.text(max_size=100))
def test_what_is_typed_is_what_is_read_and_pings_nobody_unnamed(text: str) -> None:
    typed = markup.typed(text, {})
    assert markup.readable(typed, {}) == text
    assert markup.pings(typed, [], link_names=False) == ()


def test_a_typed_name_becomes_a_mention_and_the_longest_name_wins() -> None:
    assert markup.typed("@ana lima, @Ana! a@Ana <#C1>", NAMES) == (
        "<@U2>, <@U1>! a@Ana &lt;#C1&gt;"
    )


def test_tokens_ping_in_text_and_in_blocks_code_included() -> None:
    blocks: list[markup.Json] = [
        {"type": "markdown", "text": "`<!here>` <@U1|Ana> &lt;!everyone&gt;"},
        {"type": "section", "text": {"type": "mrkdwn", "text": "<!subteam^S1|@devs>"}},
    ]
    assert markup.pings("<!CHANNEL> @here", blocks, link_names=False) == (
        "<!CHANNEL>",
        "<!here>",
        "<@U1>",
        "<!subteam^S1>",
    )


def test_rich_text_pings_by_its_elements() -> None:
    elements = [
        {"type": "user", "user_id": "U1"},
        {"type": "broadcast", "range": "here"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "text", "text": "hi"},
    ]
    blocks = [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}
    ]
    assert markup.pings("", blocks, link_names=False) == ("<@U1>", "<!here>", "<!subteam^S1>")
    assert markup.displayed("fallback", blocks, NAMES) == "hi"


def test_a_plain_at_here_pings_only_where_names_are_linked() -> None:
    assert markup.pings("@here", [], link_names=True) == ("<!here>",)
    assert markup.pings("@here me@here", [], link_names=False) == ()


def test_every_address_in_a_message_is_found_once() -> None:
    blocks = [{"type": "markdown", "text": "[a](https://a.example/?x=1) www.b.example"}]
    assert markup.urls("<https://a.example/?x=1|label>", blocks) == (
        "https://a.example/?x=1",
        "www.b.example",
    )


@pytest.mark.parametrize(
    ("markdown", "blocks"),
    [
        ("text", 1),
        ("# a\ntext\n###### b\n#no heading", 3),
        ("---\n* * *\n___\n--", 4),
        ("```\n# a\n---\n```\n# b", 2),
        ("| a | b |\n|---|---|\n| 1 | 2 |", 2),
        ("![a](https://a.example/x.png)", 2),
    ],
)
def test_headings_dividers_tables_and_images_count_as_blocks(markdown: str, blocks: int) -> None:
    assert markup.expanded(markdown) == blocks
