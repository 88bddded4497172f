import string

import pytest

from bot import sentences
from bot.errors import SetupError


def arguments(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", sentences.PEOPLE)
def test_what_people_read_is_there_in_every_language_with_the_same_arguments(key: str) -> None:
    spoken = sentences.PEOPLE[key]
    assert set(spoken) == set(sentences.LANGUAGES)
    assert len({frozenset(arguments(sentence)) for sentence in spoken.values()}) == 1


def test_no_key_stands_in_both_halves() -> None:
    assert not set(sentences.PEOPLE) & set(sentences.OPERATORS)


@pytest.mark.parametrize("locale", ["ja", "ja-JP", "ja_JP"])
def test_a_locale_finds_its_language(locale: str) -> None:
    assert sentences.say("answer.stopped", locale) == "停止しました。"


@pytest.mark.parametrize("locale", [None, "en-GB", "fr", ""])
def test_any_other_locale_reads_english(locale: str | None) -> None:
    assert sentences.say("answer.stopped", locale) == "Stopped."


def test_an_error_explains_itself() -> None:
    error = SetupError("health.port_taken", port=80, reason="in use")
    assert "80" in sentences.explain(error)
    assert str(error) == "health.port_taken(port=80, reason=in use)"
