"""Pure: what stood in a thread before we were called -> the turns that history begins with."""

from collections.abc import Iterator, Sequence

from bot.model import Author, History, PastMessage, Role, Turn

_CHAT = Author("chat", "the chat itself")


def turns(history: History, known: Sequence[Turn]) -> tuple[Turn, ...]:
    """The messages of *history* as turns, oldest first, with a turn for the gap behind the root.

    Other people and other bots are users, our own messages are the assistant's; those are left out
    where *known*, what the store holds of the conversation, has answers: it has them better.
    O(messages).
    """
    answered = any(turn.role is Role.ASSISTANT for turn in known)
    return tuple(turn for turn in _turns(history) if not (answered and turn.role is Role.ASSISTANT))


def _turns(history: History) -> Iterator[Turn]:
    for index, message in enumerate(history.messages):
        yield _turn(message)
        if index == 0 and history.omitted:
            yield Turn(
                id=f"{message.id}~gap",  # sorts directly behind the root, as an answer would
                role=Role.USER,
                sent_at=message.sent_at,
                text=f"[{history.omitted} messages between these two are not shown]",
                author=_CHAT,
            )


def _turn(message: PastMessage) -> Turn:
    return Turn(
        id=message.id,
        role=Role.USER if message.author else Role.ASSISTANT,
        sent_at=message.sent_at,
        text=message.text,
        author=message.author,
        attachments=message.attachments,
    )
