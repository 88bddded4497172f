"""Pure: what stood in a thread before we were called -> the turns that history begins with."""

from collections.abc import Iterator, Mapping, Sequence

from bot.model import Author, History, PastMessage, Role, Turn, is_forgotten

_CHAT = Author("chat", "the chat itself")


def turns(
    history: History, known: Sequence[Turn], forgotten: Mapping[str, int]
) -> tuple[Turn, ...]:
    """The messages of *history* as turns, oldest first, with a turn for the gap behind the root.

    Other people and other bots are users, our own messages are the assistant's; those are left out
    where *known*, what the store holds of the conversation, has answers: it has them better.
    *forgotten* tells by an author's id until when, in microseconds, their words are not to be read;
    nor is what we said behind such a word until another person spoke, which may answer it.
    O(messages).
    """
    answered = any(turn.role is Role.ASSISTANT for turn in known)
    kept = _kept(history.messages, forgotten)
    told = [message for message in kept if message.author or not answered]
    return tuple(_turns(told, history.omitted))


def _kept(messages: Sequence[PastMessage], forgotten: Mapping[str, int]) -> Iterator[PastMessage]:
    is_gone = False
    for message in messages:
        if message.author is not None:
            is_gone = is_forgotten(message.sent_at, forgotten.get(message.author.id))
        if not is_gone:
            yield message


def _turns(messages: Sequence[PastMessage], omitted: int) -> Iterator[Turn]:
    for index, message in enumerate(messages):
        if index == 0 and message.author is None:
            # A request begins with a person: without this, our own root would be left out of it.
            words = "[this thread begins with a message of yours]"
            yield _aside(f"{message.id}~root", message.sent_at - 1, words)
        yield _turn(message)
        if index == 0 and omitted:
            # It sorts directly behind the root, as an answer would.
            words = f"[{omitted} messages between these two are not shown]"
            yield _aside(f"{message.id}~gap", message.sent_at, words)


def _aside(turn_id: str, sent_at: int, text: str) -> Turn:
    return Turn(turn_id, Role.USER, sent_at, text, _CHAT)


def _turn(message: PastMessage) -> Turn:
    return Turn(
        id=message.id,
        role=Role.USER if message.author else Role.ASSISTANT,
        sent_at=message.sent_at,
        text=message.text,
        author=message.author,
        attachments=message.attachments,
    )
