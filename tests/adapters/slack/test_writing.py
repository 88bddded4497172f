import html
import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.slack.writing import SlackDialect, render

WORD_JOINER = "\u2060"

# What Slack's documentation says a token looks like, once its angle brackets are not escaped.
LIVE = re.compile(
    r"""<(?: !(?:here|channel|everyone|group)(?:\|[^<>]*)?
         | !subteam\^[^<>]*
         | !date\^[^<>]*
         | @[UWB][A-Z0-9]*(?:\|[^<>]*)?
         | \#[CG][A-Z0-9]*(?:\|[^<>]*)?
         | [a-z][a-z0-9+.-]*:[^<>|]*\|[^<>]*
         )>""",
    re.VERBOSE | re.IGNORECASE,
)

TOKENS = [
    "<!here>",
    "<!channel|x>",
    "<!everyone>",
    "<!group>",
    "<!subteam^S1|@all>",
    "<!date^1^{date}^https://x|y>",
    "<@U1>",
    "<@W12AB|joe>",
    "<@B1>",
    "<#C1>",
    "<#C1|general>",
    "<https://evil.example/?d=1|docs>",
    "<mailto:a@b|c>",
    "<slack://x|y>",
    "<data:,x|y>",
]
PARTS = [
    "<",
    "!",
    "channel",
    ">",
    "@",
    "U1",
    "#C1",
    "|",
    "https://x",
    "`",
    "``",
    "```",
    "```py\n",
    "~~~\n",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "&lt;",
    "&",
    "*",
    "_",
    "\\",
    " ",
    "日本",
    "    ",
    "\u200b",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u202e",
    "\u2028",
    "\u2029",
    "\x00",
    "\ufe0f",
    "＜",
    "＠",
]
HOSTILE = st.lists(st.sampled_from(TOKENS + PARTS), max_size=25).map("".join)


def seen_by_slack(text: str) -> list[str]:
    """*text* as it is, and without what a parser may take out; the joiner is what we rely on."""
    unseen = {character for character in text if unicodedata.category(character) in {"Cf", "Cc"}}
    unseen = (unseen | {"\ufe0f", "\u2028", "\u2029"}) - {WORD_JOINER, "\n"}
    plain = text.translate({ord(character): None for character in unseen})
    return [text, plain, re.sub(r"[`*_~\\]", "", plain)]


def block(markdown: str) -> str:
    (only,) = render(markdown).blocks
    assert only["type"] == "markdown"
    return only["text"]


@given(HOSTILE | st.text())
@example("`<\u200b!channel>` <\\!channel> <*!here*>")
def test_nothing_that_we_send_holds_a_live_token(markdown: str) -> None:
    for sent in (block(markdown), render(markdown).text):
        assert [found for text in seen_by_slack(sent) for found in LIVE.findall(text)] == []


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "`{}`",
        "```\n{}\n```",
        "- {}",
        "> {}",
        "| {} |",
        "[{}](https://x)",
        "a `b {}",
        "**{}**",
        "~~~\n{}",
        "    {}",
        "`` ` {} ``",
        "&lt;{}&gt;",
        "<{}>",
        "\\{}",
        "<\u200b{}",
        "`<`{}",
    ],
)
def test_no_token_lives_wherever_it_stands_and_however_the_text_is_cut(
    token: str, around: str
) -> None:
    markdown = around.format(token)
    for end in range(len(markdown) + 1):
        for part in (markdown[:end], markdown[end:]):
            sent = block(part)
            assert not any(LIVE.search(text) for text in seen_by_slack(sent))


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize("unseen", list("\u200b\u2028\u2029\u00ad\ufeff\x00\u202e"))
@pytest.mark.parametrize("around", ["{}", "`{}`"])
def test_an_unseen_character_within_a_token_does_not_revive_it(
    token: str, unseen: str, around: str
) -> None:
    for at in range(len(token) + 1):
        sent = block(around.format(token[:at] + unseen + token[at:]))
        assert not any(LIVE.search(text) for text in seen_by_slack(sent))


@given(HOSTILE)
def test_in_prose_not_even_an_unknown_or_unfinished_token_is_left(markdown: str) -> None:
    prose = re.sub("[`~]", "", markdown)
    assert not any(re.search("<[!@#]", text) for text in seen_by_slack(block(prose)))


@given(HOSTILE | st.text())
def test_nothing_but_the_start_of_a_token_is_changed(markdown: str) -> None:
    changed = block(markdown)
    spelled = changed.replace("&lt;", "<").replace(f"<{WORD_JOINER}", "<")
    assert spelled == markdown.replace("&lt;", "<").replace(f"<{WORD_JOINER}", "<")


@given(
    st.text().map(lambda text: text.replace("<", ""))
    | HOSTILE.map(lambda text: text.replace("<", ""))
)
def test_a_text_without_an_angle_bracket_is_sent_as_it_is(markdown: str) -> None:
    assert block(markdown) == markdown


@pytest.mark.parametrize(
    "markdown",
    [
        "> a quote\n> > in a quote",
        "see <https://x.example/?a=b&c=d> or <mailto:a@b.example>",
        "a < b, c <= d, x<y and 1 <2 & 3",
        "これは**太字**です。",
        "`<!DOCTYPE html>` and `<!-- c -->` and `<![CDATA[x]]>`",
        "```html\n<!DOCTYPE html>\n<!ELEMENT a (b|c)>\n```",
        "```java\nList<@NonNull String> a; Map<@Untainted K> b;\n```",
        "- item\n  ```c\n  #include <#x>\n  ```",
        "&lt;!channel&gt; stays as it is",
        "| a | b |\n|---|---|\n| <b> | c |",
    ],
)
def test_what_slack_does_not_act_on_stays_byte_for_byte(markdown: str) -> None:
    assert block(markdown) == markdown


def test_a_token_in_prose_is_shown_and_not_read() -> None:
    assert block("hi <!channel> and <@U1>") == "hi &lt;!channel> and &lt;@U1>"
    assert block("<https://evil.example|docs>") == "&lt;https://evil.example|docs>"


def test_a_token_in_code_is_broken_by_a_word_joiner() -> None:
    assert block("`<!channel>`") == f"`<{WORD_JOINER}!channel>`"
    assert block("```\n<@U1>\n```") == f"```\n<{WORD_JOINER}@U1>\n```"
    assert block("- a\n  ~~~\n  <#C1>") == f"- a\n  ~~~\n  <{WORD_JOINER}#C1>"


def test_before_and_behind_code_is_prose() -> None:
    assert block("<!x> `<!x>` <!x>") == "&lt;!x> `<!x>` &lt;!x>"
    assert block("```\n<!x>\n```\n<!x>") == "```\n<!x>\n```\n&lt;!x>"


@given(st.text(), st.text())
def test_the_measure_is_additive_and_that_of_the_escaped_text(one: str, other: str) -> None:
    measure = SlackDialect().measure
    assert measure(one) == len(render(one).text.encode("utf-16-le")) // 2
    assert measure(one + other) == measure(one) + measure(other)


def test_half_a_surrogate_is_measured() -> None:
    assert SlackDialect().measure("\ud83d") == 1


@given(HOSTILE | st.text())
def test_the_fallback_says_the_whole_text_and_the_block_is_no_longer(markdown: str) -> None:
    rendered = render(markdown)
    assert html.unescape(rendered.text.replace("&amp;", "&amp;amp;")) == markdown.replace(
        "&", "&amp;"
    )
    units = len(rendered.blocks[0]["text"].encode("utf-16-le")) // 2
    assert units <= SlackDialect().measure(markdown)


@pytest.mark.parametrize(
    "part",
    [
        "`",
        "<",
        "<a:",
        "<https://",
        "`<",
        "<!",
        "``<!here>` ",
        "> ",
        "```\n",
        "<\u200b",
        "- ",
        "|<x:",
        "&",
        "a\n",
        "\n",
        "*",
        "1. ",
        "<a",
        "```a`\n",
    ],
)
def test_hostile_text_costs_in_proportion_to_its_length(part: str) -> None:
    text = part * (100_000 // len(part))
    begun = time.process_time()
    render(text)
    assert time.process_time() - begun < 1.0


def test_backticks_of_all_lengths_cost_in_proportion_too() -> None:
    text = "".join("`" * run + " <!here> " for run in range(440))
    begun = time.process_time()
    render(text)
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize("entity", ["&#60;", "&#x3c;", "&#x003C;", "&#0060;"])
def test_a_token_spelled_with_a_number_is_broken_too(entity: str) -> None:
    block = render(f"see {entity}!channel&#62;").blocks[0]["text"]
    assert f"{entity}!" not in block
    assert render(f"1 {entity} 2").blocks[0]["text"] == f"1 {entity} 2"


@pytest.mark.parametrize("token", ["<!channel", "<!here", "<@U0123", "<#C0123"])
def test_a_token_that_is_still_being_written_in_code_is_broken_already(token: str) -> None:
    for shown in (f"```\n{token}", f"```\n{token}\n```"):
        assert token not in render(shown).blocks[0]["text"]


@pytest.mark.parametrize(
    "part",
    [
        "# Heading\n\n",
        "Words\n\n---\n\n",
        "Title\n=====\n",
        "* * *\n",
        "![a](https://x/y.png) and\n\n",
        "|a|b|\n|-|-|\n|1|2|\n\n",
        "- a\n\n___\n",
        "a | b\n:-- | --:\n1 | 2\n\n",
    ],
)
def test_what_would_expand_into_too_many_blocks_goes_out_as_text(part: str) -> None:
    for number in range(1, 12):
        assert len(render(part * number).blocks) == 1
    markdown = part * 46
    assert render(markdown).blocks == []
    assert html.unescape(render(markdown).text) == markdown


@pytest.mark.parametrize(
    "part",
    [
        "```\n# no heading\n---\n![a](b)\n```\n",
        "- one\n- two\n\n",
        "words\n\n",
        "> quoted | - \n",
        "#tag and -- and |\n\n",
        "`a\n# b\n`\n\n",
    ],
)
def test_lists_quotes_and_code_are_no_blocks_of_their_own(part: str) -> None:
    assert len(render(part * 100).blocks) == 1
