"""What a message of Discord is for us: one that may concern us, or dropped, and why; pure."""

import enum
from dataclasses import dataclass
from typing import Final

from adapters.discord.messages import Said
from adapters.discord.reading import opens_with_another
from bot.model import Address, Conversation, Hint, Place

PLATFORM: Final = "discord"
DIRECT: Final = "dm"  # stands for the guild in the conversations of DMs


_PRIVATE: Final = "private-"


class Dropped(enum.Enum):
    """Why a message is none for us."""

    OURS = "ours"
    WEBHOOK = "webhook"
    DISCORDS_OWN = "discords_own"
    NO_PLACE = "no_place"


@dataclass(frozen=True, slots=True)
class Where:
    """A place where people talk: *parent* is the channel that the thread *channel* lies below.

    *guild* is None for a DM, *parent* for what is no thread.
    """

    guild: str | None
    channel: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that may concern us, and what can be told of it before any name is known."""

    hint: Hint
    said: Said


def settings_place(channel: str) -> str:
    """The place whose settings hold in *channel* and its threads, as `bot.toml` names it."""
    return f"{PLATFORM}:{channel}"


def refusal(said: Said, us: str) -> Dropped | None:
    """Why *said* is none for us, whom *us* names, wherever it stands; None where it may be."""
    if said.author == us:
        return Dropped.OURS
    if said.is_webhook:
        return Dropped.WEBHOOK
    return None if said.is_speech else Dropped.DISCORDS_OWN


def read(said: Said, where: Where, ours: frozenset[str]) -> Heard:
    """What *said*, which stands in *where*, is for us; *ours* are the ids that we are called by."""
    conversation, place = _conversation(said, where, ours)
    address = Address.US if place is Place.DM else _address(said, ours)
    settings = settings_place(conversation.channel)
    return Heard(Hint(conversation, str(said.id), place, address, settings), said)


def called(where: Where, response: str) -> tuple[Conversation, Place]:
    """The conversation of a question that was asked by command in *where*, and its place.

    In a channel the message *response*, in which we answer, opens it.
    """
    if where.guild is None:
        return Conversation(PLATFORM, DIRECT, where.channel, None), Place.DM
    if where.parent is not None:
        thread = Conversation(PLATFORM, where.guild, where.parent, where.channel)
        return thread, Place.THREAD
    return Conversation(PLATFORM, where.guild, where.channel, response), Place.CHANNEL


def called_alone(where: Where, turn: str) -> Conversation:
    """The conversation of the question *turn*, asked by command in *where* for its asker alone."""
    inside, _ = called(where, turn)
    private = f"{_PRIVATE}{turn}"
    return Conversation(PLATFORM, inside.workspace, inside.channel, private)


def is_private(conversation: Conversation) -> bool:
    """Whether *conversation* is one that its asker alone sees."""
    return (conversation.thread or "").startswith(_PRIVATE)


def _conversation(said: Said, where: Where, ours: frozenset[str]) -> tuple[Conversation, Place]:
    # A thread that is started from a message has that message's id.
    replied = said.reply_to
    goes_on = replied is not None and replied.author in ours and replied.goes_on
    return called(where, replied.message if replied is not None and goes_on else str(said.id))


def _address(said: Said, ours: frozenset[str]) -> Address:
    author = None if said.reply_to is None else said.reply_to.author
    if said.mentions & ours or author in ours:
        return Address.US
    to_another = author is not None and author != said.author
    if to_another or opens_with_another(said.text, ours):
        return Address.SOMEBODY_ELSE
    return Address.NOBODY
