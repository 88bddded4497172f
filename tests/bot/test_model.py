import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Conversation, Draft, answer_id

PARTS = st.text("abcXYZ0123._-", min_size=1, max_size=20)


@given(PARTS, PARTS, PARTS, st.none() | PARTS)
def test_a_conversations_key_reads_back_and_names_no_other(
    platform: str, workspace: str, channel: str, thread: str | None
) -> None:
    conversation = Conversation(platform, workspace, channel, thread)
    assert Conversation.parse(conversation.key) == conversation


@pytest.mark.parametrize("blank", ["", " ", "a:b", "{x}", "a\nb", "x" * 129, "日本"])
def test_an_id_that_could_join_two_conversations_is_refused(blank: str) -> None:
    for parts in (
        (blank, "T1", "C1", "1.0"),
        ("slack", blank, "C1", "1.0"),
        ("slack", "T1", blank, "1.0"),
        ("slack", "T1", "C1", blank),
    ):
        with pytest.raises(ValueError, match="not an id"):
            Conversation(*parts)


@pytest.mark.parametrize("key", ["slack:T1", "slack", "slack:T1:C1:1.0:more", ""])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"key|unpack"):
        Conversation.parse(key)


@given(st.lists(st.text(max_size=5)), st.integers(0, 20))
def test_a_draft_only_grows(pieces: list[str], at: int) -> None:
    draft = Draft(1)
    for piece in pieces[:at]:
        draft.append(piece)
    before = draft.text()
    for piece in pieces[at:]:
        draft.append(piece)
    assert draft.text().startswith(before)
    assert draft.text() == "".join(pieces)


@given(PARTS, PARTS)
def test_an_answer_sorts_behind_its_question_and_before_what_comes_later(
    question: str, later: str
) -> None:
    assert question < answer_id(question)
    if later > question and not later.startswith(question):
        assert answer_id(question) < later
