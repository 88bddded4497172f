"""Builders for the store's tests: a conversation, and turns told by a name and a time."""

from datetime import timedelta

from bot.model import Author, Conversation, Role, Turn, answer_id

MONTH = timedelta(days=30)
THREAD = Conversation("slack", "T1", "C1", "1700.1")
NOON = 1_700_000_000_000_000  # microseconds


def said(name: str, at: int = 1, text: str | None = None) -> Turn:
    """What Ann said *at* microseconds past noon."""
    return Turn(name, Role.USER, NOON + at, text or f"text of {name}", Author("U1", "Ann"))


def answer(question: Turn, text: str = "answer", parts: tuple[str, ...] = ()) -> Turn:
    """Our answer to *question*."""
    return Turn(answer_id(question.id), Role.ASSISTANT, question.sent_at, text, parts=parts)
