"""The only place with words a person reads: each sentence by key and language."""

from collections.abc import Mapping

from bot.errors import ParleyError
from bot.sentences.answers import ANSWERS
from bot.sentences.keeping import KEEPING
from bot.sentences.operators import OPERATORS
from bot.sentences.panel import PANEL
from bot.sentences.told import TOLD

__all__ = ["LANGUAGES", "OPERATORS", "PEOPLE", "explain", "say"]

PEOPLE: Mapping[str, Mapping[str, str]] = {**ANSWERS, **KEEPING, **PANEL, **TOLD}
"""What people in a channel read."""

LANGUAGES = ("en", "ja")


def say(key: str, language: str | None = None, **arguments: object) -> str:
    """The sentence *key* in *language*, a locale like ``ja`` or ``en-GB``; English where we have no other.

    Raises KeyError for a key that the catalogue does not hold, or an argument that it lacks.
    """
    if key in OPERATORS:
        return OPERATORS[key].format(**arguments)
    spoken = PEOPLE[key]
    return spoken.get((language or "en").replace("_", "-").split("-")[0], spoken["en"]).format(
        **arguments
    )


def explain(error: ParleyError, language: str | None = None) -> str:
    """The sentence that tells a person of *error*."""
    return say(error.key, language, **error.arguments)
