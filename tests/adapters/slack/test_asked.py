"""A question that we post for somebody is known again, and by nobody else's doing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import asked
from adapters.slack.asked import Asked
from adapters.slack.events import Dropped, Heard, read
from adapters.slack.messages import Said, on_behalf
from adapters.slack.reading import ESCAPES, decode
from bot.model import Address, Place
from tests.adapters.slack.payloads import ROOT, TS, US, message

WORDS = st.text(st.sampled_from("ab <>&@!#|\n\t;lt"), max_size=60)


def ours(question: Asked, above: str | None = None, **changed: Any) -> dict[str, Any]:
    """The event about the post of *question*, as Slack tells of what we posted."""
    blocks = asked.shown(question, above)
    return message(
        **({"user": None, "bot_id": "BBOT", "subtype": "bot_message", "blocks": blocks} | changed)
    )


@given(WORDS.filter(str.strip), st.sampled_from([None, "Ana asks:"]))
def test_what_was_asked_is_read_back_as_it_was_asked(words: str, above: str | None) -> None:
    heard = read(ours(Asked("U1", words), above), US)
    assert isinstance(heard, Heard)
    said = heard.said
    assert (said.user, said.bot) == ("U1", None)
    assert decode(said.text, {}) == decode(decode_once(words), {})
    assert (heard.hint.place, heard.hint.address) == (Place.CHANNEL, Address.US)
    assert heard.hint.message_id == TS


def decode_once(words: str) -> str:
    """*words* with entities that a person typed read as Slack might have written them."""
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(entity, char)
    return words.translate(ESCAPES)


def test_a_long_question_is_cut_into_sections_and_joined_again() -> None:
    long = Asked("U1", "x" * 2999 + " " * 3001 + "y" * 4000)
    blocks: list[Any] = asked.shown(long, "Ana asks:")
    assert all(1 <= len(block["text"]["text"]) <= 3000 for block in blocks)
    assert len({block.get("block_id") for block in blocks}) == len(blocks)
    found = asked.read({"blocks": blocks})
    assert found is not None
    assert found.text.replace(" ", "") == "x" * 2999 + "y" * 4000
    assert len(asked.fallback(long, None)) == 1000
    assert asked.fallback(Asked("U1", "why?"), "Ana asks:") == "Ana asks: why?"


@pytest.mark.parametrize("by", [{"user": "U2", "bot_id": None}, {"bot_id": "BOTHER"}])
def test_nobody_else_asks_in_anothers_name(by: dict[str, Any]) -> None:
    event = ours(Asked("U1", "why?"), subtype=None, **by)
    heard = read(event, US)
    assert isinstance(heard, Heard) == ("user" in by)
    if isinstance(heard, Heard):
        assert (heard.said.user, heard.said.asked) == ("U2", None)


def test_what_else_we_post_is_not_heard() -> None:
    assert read(message(user="UBOT", bot_id="BBOT"), US) is Dropped.OURS
    answer = [{"type": "markdown", "block_id": "parley:other:U1:0", "text": "why?"}]
    assert read(message(user="UBOT", bot_id="BBOT", blocks=answer), US) is Dropped.OURS
    edited = ours(Asked("U1", "why?"), edited={"user": "UBOT"})
    assert read(edited, US) is Dropped.EDITED


def test_in_a_thread_that_is_read_it_is_what_the_asker_said() -> None:
    said = Said.read(ours(Asked("U1", "a < b?"), thread_ts=ROOT)["event"])
    assert said is not None
    assert on_behalf(said, US).text == "a &lt; b?"
