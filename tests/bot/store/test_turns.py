"""A turn comes back from the store as it was, or not at all."""

import string

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Attachment, Author, Ended, Role, Standing, Turn
from bot.store.turns import decode, decode_ended, encode, encode_ended

IDS = st.text(string.ascii_letters + string.digits + "._-", min_size=1, max_size=20)
WORDS = st.text(max_size=40)
AUTHORS = st.builds(Author, IDS, WORDS, st.sampled_from(Standing))
FILES = st.builds(Attachment, WORDS, WORDS, st.none() | st.integers(0, 2**40))
TURNS = st.builds(
    Turn,
    id=IDS,
    role=st.sampled_from(Role),
    sent_at=st.integers(0, 2**52),
    text=st.text(),
    author=st.none() | AUTHORS,
    attachments=st.lists(FILES, max_size=3).map(tuple),
    parts=st.lists(IDS, max_size=3).map(tuple),
    language=st.none() | st.sampled_from(["en", "ja", "en-GB"]),
    incomplete=st.booleans(),
    ticket=st.none() | st.text(min_size=1),
)


@given(TURNS, st.integers(0, 10**6))
def test_a_turn_comes_back_as_it_was(turn: Turn, tokens: int) -> None:
    assert decode(turn.id, encode(turn, tokens)) == turn


@given(TURNS, st.integers(0, 10**6))
def test_its_header_tells_tokens_flag_and_revision(turn: Turn, tokens: int) -> None:
    flag = "u" if turn.role is Role.USER else "a"
    assert encode(turn, tokens).startswith(f"{tokens},{flag},0|j{{".encode())


def test_a_question_reads_as_what_a_person_said() -> None:
    turn = Turn("m1", Role.USER, 1, "hi")
    assert decode("m1", encode(turn, 1).replace(b"1,u,0|", b"1,q,0|", 1)) == turn


@given(st.text(st.characters(categories=["L", "Cs"])))
def test_half_a_surrogate_pair_does_not_keep_a_message_out(text: str) -> None:
    kept = decode("m1", encode(Turn("m1", Role.USER, 1, text), 1))
    assert kept is not None
    assert len(kept.text) == len(text)


@given(TURNS, st.data())
def test_a_broken_value_is_a_turn_or_none_but_never_an_error(
    turn: Turn, data: st.DataObject
) -> None:
    value = encode(turn, 7)
    at = data.draw(st.integers(0, len(value) - 1))
    decode("m1", value[:at])
    decode("m1", value[:at] + data.draw(st.binary(max_size=4)) + value[at + 1 :])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    ["sent_at", "text", "author", "attachments", "parts", "language", "incomplete"]
)


@given(FIELDS, ANYTHING)
@settings(max_examples=40)
def test_whatever_a_field_holds_is_no_error(name: str, value: object) -> None:
    decode("m1", b"1,u,0|j" + orjson.dumps({"sent_at": 1} | {name: value}))


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"1,u,0",
        b"1,u,0|",
        b"1,u,0|j",
        b"1,u,0|j[]",
        b"1,u,0|j{}",
        b'1,u,0|j{"sent_at":"1"}',
        b'1,u,0|j{"sent_at":1,"text":1}',
        b'1,u,0|Z{"sent_at":1}',
        b'1,x,0|j{"sent_at":1}',
        b'x,u,0|j{"sent_at":1}',
    ],
)
def test_what_cannot_be_read_or_was_deleted_is_none(value: bytes) -> None:
    assert decode("m1", value) is None


def test_what_a_later_version_added_is_passed_over() -> None:
    value = (
        b'1,u,0|j{"sent_at":1,"text":"hi","mood":{"deep":[1]},'
        b'"author":{"id":"U1","name":"Ann","standing":"alien","age":7}}'
    )
    # A standing that we do not know is the least trusted one that we do.
    assert decode("m1", value) == Turn(
        "m1", Role.USER, 1, "hi", Author("U1", "Ann", Standing.EXTERNAL)
    )


@given(st.builds(Ended, st.text(), st.none() | st.text(), st.booleans()))
def test_an_ended_answer_reads_back(ended: Ended) -> None:
    assert decode_ended(encode_ended(ended)) == ended


@pytest.mark.parametrize("broken", [b"", b"j", b"j[]", b"j{}", b'j{"text":1}', b'z{"text":"x"}'])
def test_what_is_no_ended_answer_is_none(broken: bytes) -> None:
    assert decode_ended(broken) is None
