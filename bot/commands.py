"""Pure: a line that people type behind ``/claude`` -> the command that it gives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the caller's answers in the channel."""


@dataclass(frozen=True, slots=True)
class Help:
    """Tell what can be done here."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No command of ours begins with *word*."""

    word: str


Command = Stop | Help | Unknown

_WORD = 30  # characters of a stranger's word that are worth repeating


def parse(line: str) -> Command:
    """The command that *line* gives; an empty one asks for help."""
    match line.split():
        case [] | ["help"]:
            return Help()
        case ["stop"]:
            return Stop()
        case words:
            return Unknown(words[0][:_WORD])
