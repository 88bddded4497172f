"""What was asked for one person alone: a conversation of its own, in a thread of a DM; pure."""

import re
from dataclasses import replace
from typing import Final

from bot.model import Conversation

_PRIVATE: Final = "private"
_NAME = re.compile(rf"{_PRIVATE}-(?P<dm>[A-Za-z0-9]+)-(?P<root>[0-9.]+)")


def conversation(home: Conversation, dm: str, root: str) -> Conversation:
    """The conversation that the message *root* of *dm* opens, asked in the channel *home*.

    The settings of that channel hold in it, and it is none of the DM's.
    """
    return replace(home, thread=f"{_PRIVATE}-{dm}-{root}")


def stands(conversation: Conversation) -> Conversation:
    """Where *conversation* is shown: itself, or the thread of a DM where it is private."""
    found = _NAME.fullmatch(conversation.thread or "")
    if found is None:
        return conversation
    return replace(conversation, channel=found["dm"], thread=found["root"])
