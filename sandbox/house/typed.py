"""Pure: a line that was typed -> what it asks for."""

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.house.platform import Fill, Slash

HELP = """\
Tab, /switch        type to the other platform: Slack, Discord
@Claude TEXT        ask the bot; it answers in a thread
/thread [N] [TEXT]  go to the thread of message [N] or the last; say TEXT there
/channel [TEXT]     go back to #general; say TEXT there
/dm [TEXT]          go to your DM with the bot, where no mention is needed
/reply N TEXT       reply to message [N], or to [N.1], the first below it
/claude ...         a slash command, such as /claude ask TEXT
/fill TEXT          fill in the form that a command opened
/menu [N]           "Ask Claude" in the menu of [N] or the last
/press [N] STOP     press the button [STOP] of message [N] or the last with it
/as NAME            speak as somebody else: Ben is here, any other name joins
/overload           let the simulated Claude be overloaded, or no longer
/restart            kill -9 the bot, and start it again
/quit               leave, as Ctrl-C and Ctrl-D do.  PageUp, PageDown: scroll"""

_NUMBER = re.compile(r"\[?(?P<top>[0-9]{1,9})(?:\.(?P<below>[0-9]{1,9}))?\]?")


class Where(enum.Enum):
    """The kinds of place one can go to."""

    CHANNEL = "channel"
    THREAD = "thread"
    DM = "dm"


@dataclass(frozen=True, slots=True)
class Number:
    """What a message bears in brackets: 2, or 2.1 for the first below it."""

    top: int
    below: int | None = None

    def __str__(self) -> str:
        return f"{self.top}" if self.below is None else f"{self.top}.{self.below}"


@dataclass(frozen=True, slots=True)
class Say:
    """Say *text* where one is."""

    text: str


@dataclass(frozen=True, slots=True)
class Go:
    """Go there, and say *text* if there is any; *number* is a thread's, None the newest."""

    where: Where
    number: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """Reply *text* to the message of that *number*."""

    number: Number
    text: str


@dataclass(frozen=True, slots=True)
class Press:
    """Press the button *label* of the message *number*, None for the newest that has it."""

    label: str
    number: Number | None = None


@dataclass(frozen=True, slots=True)
class Choose:
    """Choose the bot's item in the menu of the message *number*, None for the newest."""

    number: Number | None = None


@dataclass(frozen=True, slots=True)
class SpeakAs:
    """Be *name* from here on."""

    name: str


class Order(enum.Enum):
    """What needs no more words."""

    SWITCH = "switch"
    OVERLOAD = "overload"
    RESTART = "restart"
    HELP = "help"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A command that does not exist, or lacks something: *word*."""

    word: str


Wish = Say | Go | Reply | Press | Choose | Slash | Fill | SpeakAs | Order | Unknown

_ORDERS = {order.value: order for order in Order}


def read(line: str) -> Wish | None:
    """What *line* asks for, None where it is blank."""
    line = line.strip()
    if not line.startswith("/"):
        return Say(line) if line else None
    word, _, rest = line[1:].partition(" ")
    word, rest = word.lower(), rest.strip()
    reading = _COMMANDS.get(word)
    wish = _ORDERS.get(word) if reading is None else reading(rest)
    return wish or Unknown(f"/{word}")


def _thread(rest: str) -> Wish:
    number, behind = _numbered(rest)
    if number is None or number.below is not None:
        return Go(Where.THREAD, None, rest)
    return Go(Where.THREAD, number.top, behind)


def _reply(rest: str) -> Wish | None:
    number, text = _numbered(rest)
    return None if number is None or not text else Reply(number, text)


def _press(rest: str) -> Wish | None:
    number, label = _numbered(rest)
    return Press(label.removeprefix("[").removesuffix("]"), number) if label else None


def _menu(rest: str) -> Wish | None:
    number, behind = _numbered(rest)
    return None if behind else Choose(number)


def _numbered(rest: str) -> tuple[Number | None, str]:
    """The message's number that *rest* begins with, None where it does not, and what follows."""
    word, _, behind = rest.partition(" ")
    found = _NUMBER.fullmatch(word)
    if found is None:
        return None, rest
    below = found["below"]
    return Number(int(found["top"]), None if below is None else int(below)), behind.strip()


_COMMANDS: Mapping[str, Callable[[str], Wish | None]] = {
    "thread": _thread,
    "channel": lambda rest: Go(Where.CHANNEL, None, rest),
    "dm": lambda rest: Go(Where.DM, None, rest),
    "reply": _reply,
    "press": _press,
    "menu": _menu,
    "claude": lambda rest: Slash(f"claude {rest}".strip()),
    "fill": lambda rest: Fill(rest) if rest else None,
    "as": lambda rest: SpeakAs(rest) if rest else None,
}
