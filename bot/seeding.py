"""Pure: what stood in a thread before we were called -> the turns that history begins with."""

from collections.abc import Iterator

from bot.model import Author, History, PastMessage, Role, Turn

_CHAT = Author("chat", "the chat itself")


def turns(history: History) -> tuple[Turn, ...]:
    """The messages of *history* as turns, oldest first, with a turn for the gap behind the root.

    Other people and other bots are users, our own messages are the assistant's. O(messages).
    """
    return tuple(_turns(history))


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
