"""Responses to commands, each the first message of an answer: their ids and tokens; pure."""

from dataclasses import dataclass, field
from typing import Final

from adapters.discord.snowflakes import number

# Discord takes the token of an interaction for 15 minutes (docs.discord.com, "Receiving and
# Responding"); what comes after this goes the way of any other message.
TOKEN_LIVES: Final = 13.5 * 60  # seconds


def turn_of(interaction: int, response: int) -> str:
    """The id of a question that was asked by *interaction*, to be answered in *response*.

    It names both, so that whoever answers knows where.
    """
    return f"{interaction}.{response}"


def asked(turn: str) -> int:
    """The snowflake of what the turn *turn* was said in: a message or an interaction."""
    return number(turn.partition(".")[0])


def response_of(turn: str) -> str | None:
    """The message that waits for the answer to *turn*; None for what was no command."""
    return turn.partition(".")[2] or None


@dataclass(frozen=True, slots=True)
class _Token:
    token: str
    until: float
    response: int


@dataclass(slots=True)
class Tokens:
    """The tokens by which our responses can be edited, by message; times are of any clock."""

    _kept: dict[int, _Token] = field(default_factory=dict[int, _Token])

    def keep(self, message: int, token: str, now: float) -> None:
        """Note the *token* of *message*, which Discord gave *now*; outlived ones are let go."""
        self._kept = {one: kept for one, kept in self._kept.items() if kept.until > now}
        self._kept[message] = _Token(token, now + TOKEN_LIVES, message)

    def of(self, message: int, now: float) -> str | None:
        """The token of *message*, None where there is none that still lives."""
        kept = self._kept.get(message)
        return kept.token if kept is not None and kept.until > now else None

    def follow(self, message: int, response: int) -> None:
        """*message* was posted behind *response*, by its token, which may be gone by then."""
        if (kept := self._kept.get(response)) is not None:
            self._kept[message] = kept

    def follows(self, message: int) -> bool:
        """Whether *message* stands behind a response, and is none itself."""
        return self._kept[message].response != message

    def drop(self, message: int) -> None:
        """Forget the token of *message*: Discord does not take it."""
        self._kept.pop(message, None)
