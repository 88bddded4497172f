"""The words that only the adapter can say, since only it knows that they are needed; pure."""

from collections.abc import Mapping

Words = Mapping[str, Mapping[str, str]]
"""Sentences by key and language."""


def word(words: Words, key: str, language: str | None, **arguments: object) -> str:
    """The sentence *key* in *language*, a locale like ``ja``; else in English, else the key."""
    spoken = words.get(key, {})
    said = spoken.get((language or "en").split("-", maxsplit=1)[0]) or spoken.get("en") or key
    return said.format(**arguments)
