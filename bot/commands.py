"""Pure: a line that people type behind ``/claude`` -> the command that it gives."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot import tiering
from bot.usage import Within


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask Claude *text*; *privately*: nobody but the caller is to see it, nor the answer."""

    text: str
    privately: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the caller's answers in the channel."""


@dataclass(frozen=True, slots=True)
class Help:
    """Tell what can be done here."""


@dataclass(frozen=True, slots=True)
class ShowTier:
    """Tell which tier the channel has, and which there are."""


@dataclass(frozen=True, slots=True)
class SetTier:
    """Give the channel the tier *name*."""

    name: str


@dataclass(frozen=True, slots=True)
class ShowPrompt:
    """Tell the channel's prompt."""


@dataclass(frozen=True, slots=True)
class SetPrompt:
    """Give the channel the prompt *text*."""

    text: str


@dataclass(frozen=True, slots=True)
class UsePreset:
    """Give the channel the prompt of the preset *name*."""

    name: str


@dataclass(frozen=True, slots=True)
class ResetPrompt:
    """Take back the prompt that was set by command."""


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """Tell what is in force in the channel, and where each value comes from."""


@dataclass(frozen=True, slots=True)
class SetRetention:
    """Keep conversations of the channel for *days* days behind the last word in them."""

    days: int


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last change of the channel's settings."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Forget what was said in this conversation so far."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Answer in this thread only what is said to us."""


@dataclass(frozen=True, slots=True)
class Wake:
    """Answer follow-ups in this thread again."""


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Erase what the caller wrote, everywhere."""


@dataclass(frozen=True, slots=True)
class ShowUsage:
    """Tell what was used: by the caller, in the channel, or by everybody."""

    of: Within


@dataclass(frozen=True, slots=True)
class Unknown:
    """No command of ours begins with *word*."""

    word: str


@dataclass(frozen=True, slots=True)
class Misused:
    """The command *name* was given something that it does not take, or not what it needs."""

    name: str


Show = ShowTier | ShowPrompt | ShowSettings
Change = SetTier | SetPrompt | UsePreset | ResetPrompt | SetRetention
Setting = Show | Change | Undo
Switch = Quiet | Wake
OfThread = Reset | Switch
Command = Ask | Stop | Help | OfThread | ForgetMe | ShowUsage | Unknown | Misused | Setting

EXAMPLES: Final[Mapping[str, str]] = {
    "ask": "ask why is the sky blue?",
    "private": "private why is the sky blue?",
    "stop": "stop",
    "help": "help",
    "tier": "tier complex",
    "prompt": "prompt show",
    "prompt set": "prompt set You review Python code.",
    "prompt use": "prompt use code-reviewer",
    "settings": "settings undo",
    "settings retention": "settings retention 7",
    "reset": "reset",
    "quiet": "quiet",
    "wake": "wake",
    "forget": "forget me",
    "usage": "usage channel",
}
"""Each command as it may be given, by its name."""

_WORD = 30  # characters of a stranger's word that are worth repeating
_SPLIT = re.compile(r"\s+")
# Behind the tier too: who asks for both may say them in any order.
_PRIVATE = re.compile(
    rf"(?P<tier>(?:{tiering.ASKED}\s+)?)"
    r"!?private(?:[:\s]\s*(?P<text>[\s\S]*))?",
    re.IGNORECASE,
)
_DAYS = re.compile(r"[0-9]{1,6}")


def parse(line: str) -> Command:
    """The command that *line* gives; an empty one asks for help.

    What follows a command word is taken as it was typed: line breaks of a prompt stay.
    """
    word, rest = _first(line)
    if not word:
        return Help()
    reader = _READERS.get(word.lower())
    return reader(rest) if reader else Unknown(word[:_WORD])


def spoken(text: str) -> Command | None:
    """The command in the message *text*, ``!tier complex``; None where it is a question.

    A line is a command only if the whole of it reads as one. A command's name alone that wants more
    is `Misused`: of ``!forget`` Claude would say that it has forgotten.
    """
    if not text.startswith("!"):
        return None
    command = parse(text[1:])
    if isinstance(command, Misused) and _is(text[1:], command.name):
        return command
    lost = isinstance(command, Unknown | Misused | Ask) or not text[1:].strip()
    return None if lost else command


def typed(line: str) -> Command:
    """The command that *line* gives where text alone is a question; never `Unknown`.

    A line is a command only if the whole of it reads as one, with or without a ``!`` before it, and
    else it is `Ask`. A command's name alone that wants more is `Misused`: nobody asks that. Who
    begins with ``private`` asks privately: said to one alone by mistake, a question does no harm.
    """
    command = spoken(line.strip()) or _private(line) or parse(line)
    match command:
        case Ask(text):
            return spoken(text) or command
        case Unknown():
            return Ask(line.strip())
        case Misused("private"):
            return command
        case Misused(name) if not _is(line, name):
            return Ask(line.strip())
        case _:
            return command


def _is(line: str, name: str) -> bool:
    return line.lower().split() in (name.split(), f"!{name}".split())


def _first(text: str) -> tuple[str, str]:
    word, *rest = _SPLIT.split(text.strip(), maxsplit=1)
    return word, rest[0] if rest else ""


def _alone(name: str, command: Command) -> Callable[[str], Command]:
    return lambda rest: Misused(name) if rest else command


def _ask(rest: str) -> Command:
    return _private(rest) or (Ask(rest) if rest else Misused("ask"))


def _private(line: str) -> Command | None:
    """What *line* asks privately; None where it does not begin with that word, or a tier and it."""
    found = _PRIVATE.fullmatch(line.strip())
    if found is None:
        return None
    text = (found["text"] or "").strip()
    return Ask(f"{found['tier']}{text}", privately=True) if text else Misused("private")


def _tier(rest: str) -> Command:
    name, more = _first(rest)
    if more:
        return Misused("tier")
    return SetTier(name.lower()) if name else ShowTier()


def _prompt(rest: str) -> Command:
    word, said = _first(rest)
    match word.lower():
        case "" | "show" if not said:
            return ShowPrompt()
        case "reset" if not said:
            return ResetPrompt()
        case "set":
            return SetPrompt(said) if said else Misused("prompt set")
        case "use":
            return (
                UsePreset(said.lower()) if said and not _first(said)[1] else Misused("prompt use")
            )
        case _:
            return Misused("prompt")


def _settings(rest: str) -> Command:
    word, said = _first(rest)
    match word.lower():
        case "":
            return ShowSettings()
        case "undo" if not said:
            return Undo()
        case "retention":
            return (
                SetRetention(int(said)) if _DAYS.fullmatch(said) else Misused("settings retention")
            )
        case _:
            return Misused("settings")


def _forget(rest: str) -> Command:
    return ForgetMe() if rest.lower() == "me" else Misused("forget")


def _usage(rest: str) -> Command:
    scopes = {"": Within.USER, "me": Within.USER, "channel": Within.CHANNEL, "total": Within.TOTAL}
    scope = scopes.get(rest.lower())
    return Misused("usage") if scope is None else ShowUsage(scope)


_READERS: Final[Mapping[str, Callable[[str], Command]]] = {
    "ask": _ask,
    "private": lambda rest: _ask(f"private {rest}"),
    "stop": _alone("stop", Stop()),
    "help": _alone("help", Help()),
    "tier": _tier,
    "prompt": _prompt,
    "settings": _settings,
    "reset": _alone("reset", Reset()),
    "quiet": _alone("quiet", Quiet()),
    "wake": _alone("wake", Wake()),
    "forget": _forget,
    "usage": _usage,
}
