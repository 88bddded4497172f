"""Pure: a line that was typed -> what it asks for."""

import enum
from dataclasses import dataclass

HELP = """\
@Claude TEXT      ask the bot; it answers in a thread
/thread [N] [TEXT]  go to the thread of message [N], or to the newest; with TEXT, say it there
/channel [TEXT]   go back to #general; with TEXT, say it there
/dm [TEXT]        go to your direct messages with the bot; no mention is needed there
/as NAME          speak as somebody else: Ben is here, any other name joins
/overload         let the simulated Claude be overloaded, or no longer
/restart          kill -9 the bot, and start it again
/quit             leave, as Ctrl-C and Ctrl-D do.  PageUp and PageDown scroll"""


class Where(enum.Enum):
    """The kinds of place one can go to."""

    CHANNEL = "channel"
    THREAD = "thread"
    DM = "dm"


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
class SpeakAs:
    """Be *name* from here on."""

    name: str


class Order(enum.Enum):
    """What needs no more words."""

    OVERLOAD = "overload"
    RESTART = "restart"
    HELP = "help"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A command that does not exist, or lacks something: *word*."""

    word: str


Wish = Say | Go | SpeakAs | Order | Unknown

_ORDERS = {order.value: order for order in Order}


def read(line: str) -> Wish | None:
    """What *line* asks for, None where it is blank."""
    line = line.strip()
    if not line.startswith("/"):
        return Say(line) if line else None
    word, _, rest = line[1:].partition(" ")
    return _command(word.lower(), rest.strip())


def _command(word: str, rest: str) -> Wish:
    if word in _ORDERS:
        return _ORDERS[word]
    if word == "as" and rest:
        return SpeakAs(rest)
    if word == "thread":
        number, _, text = rest.partition(" ")
        if number.isascii() and number.isdigit():
            return Go(Where.THREAD, int(number), text.strip())
    if word in (where.value for where in Where):
        return Go(Where(word), None, rest)
    return Unknown(f"/{word}")
