"""What a thread is opened for, and what it is called; pure."""

from dataclasses import dataclass

from adapters.discord.messages import Said
from adapters.discord.reading import title


@dataclass(frozen=True, slots=True)
class Opening:
    """What a thread is opened for: the question as an event told of it, and the thread's name.

    *question* is None where it was asked by command.
    """

    question: Said | None
    name: str


def thread_name(question: Said, ours: frozenset[str]) -> str:
    """What a thread for *question* is called; the asker's name where it says nothing."""
    return title(question.read_by(ours), question.name)
