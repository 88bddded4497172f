import pytest

from sandbox.claude.assistant import answer, long
from tests.sandbox.claude.asking import Json


def said(name: str, text: str) -> Json:
    block = f'<message from="{name}" sent="2026-11-22 12:00 UTC">\n{text}\n</message>'
    return {"role": "user", "content": [{"type": "text", "text": block}]}


def test_the_assistant_says_that_it_is_simulated_and_knows_who_speaks() -> None:
    told = answer({"messages": [said("Ana", "Good morning")]})
    assert "simulated" in told
    assert "Ana" in told
    assert "> Good morning" in told
    assert "Before that" not in told


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who am I?", "You are **Bo**."),
        ("Please summarise this", "- **Ana**: My dog is called Rex\n- **Bo**: Nice"),
        ("What did you say?", "message 3"),
    ],
)
def test_the_assistant_remembers_who_said_what(question: str, words: str) -> None:
    messages = [
        said("Ana", "My dog is called Rex"),
        {"role": "assistant", "content": "Hello Ana."},
        said("Bo", "Nice"),
        said("Bo", question),
    ]
    assert words in answer({"messages": messages})


def test_the_assistant_understands_messages_without_tags_too() -> None:
    told = answer({"messages": [{"role": "user", "content": "Ana: summarise"}]})
    assert "nothing yet" in told
    anonymous = [{"role": "user", "content": "who am I"}]
    assert "was not told" in answer({"messages": anonymous})
    plain = [{"role": "user", "content": "word " * 99}, {"role": "user", "content": "recap"}]
    assert "- **Somebody**: word word" in answer({"messages": plain})


@pytest.mark.parametrize(
    ("question", "length"),
    [
        ("A long answer of 30,000 characters, please", 30_000),
        ("something long", 6_000),
        ("long: 0", 6_000),
        ("long: 9999999999", 200_000),
    ],
)
def test_a_long_answer_is_as_long_as_was_asked(question: str, length: int) -> None:
    told = answer({"messages": [said("Ana", question)]})
    assert len(told) == length
    assert told.count("```python") > 1


def test_a_long_answer_begins_as_a_longer_one_does() -> None:
    assert long(5_000).startswith(long(1_000))
