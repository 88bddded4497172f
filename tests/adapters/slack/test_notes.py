"""What one person alone is told, in the markup that a response_url takes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.notes import note
from adapters.slack.words import word
from sandbox.slack import rules
from sandbox.slack.markup import pings

TEXTS = st.text(st.sampled_from("ab *`<>!@#-&|\n"), max_size=80) | st.text(max_size=40)


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("**Ask me**: now", "*Ask me*: now"),
        ("- one\n- **two**", "• one\n• *two*"),
        ("> a quote <!here>", "> a quote &lt;!here&gt;"),
        (">no quote", "&gt;no quote"),
        ("`**code**` and **bold**", "`**code**` and *bold*"),
        ("```text\n- **raw** <b>\n```", "```\n- **raw** &lt;b&gt;\n```"),
        ("2 ** 3 ** 4", "2 ** 3 ** 4"),
    ],
)
def test_our_own_markdown_reads_as_it_should(markdown: str, shown: str) -> None:
    said: Any = note(markdown)
    assert said["text"] == shown
    assert [block["text"]["text"] for block in said["blocks"]] == [shown]


@given(TEXTS)
def test_nothing_in_it_calls_anybody(markdown: str) -> None:
    said: Any = note(markdown)
    assert not pings(said["text"], said["blocks"], link_names=False)


@given(st.integers(1, 9000), st.integers(1, 4000))
def test_however_long_it_is_slack_takes_it(length: int, line: int) -> None:
    said: Any = note("\n".join("x" * line for _ in range(length // line + 1)))
    rules.content(said)
    joined = "".join(block["text"]["text"] for block in said["blocks"])
    whole = "\n".join("x" * line for _ in range(length // line + 1))
    assert joined.replace("\n", "") == whole[:12_000].replace("\n", "")


def test_words_are_said_in_the_language_of_who_reads_them() -> None:
    words = {"hi": {"en": "Hi {name}", "ja": "{name} さん"}}
    assert word(words, "hi", "ja-JP", name="Ana") == "Ana さん"
    assert word(words, "hi", "fr", name="Ana") == word(words, "hi", None, name="Ana") == "Hi Ana"
    assert word({}, "hi", "en") == "hi"
