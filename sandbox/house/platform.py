"""A platform as a person before the terminal meets it: what they see there, and what they do."""

from dataclasses import dataclass
from typing import Protocol


class NotThere(Exception):
    """What a person reached for is not there; the message is the sentence that tells them."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one stands: in #general or in one's DM with the bot, *thread* is None above all."""

    dm: bool = False
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button that can be pressed, and what stands on it."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as one person sees it at this moment.

    *app* says that it is the bot's, *private* that nobody else sees it, *about* what it is an
    answer to where the platform tells that above it. *at* is seconds since 1970. *history* holds
    every text it ever showed, *pinged* whom any of them notified.
    """

    id: str
    name: str
    text: str
    at: float
    app: bool = False
    private: bool = False
    about: str | None = None
    edits: int = 0
    buttons: tuple[Button, ...] = ()
    files: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    pinged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """A message at the top level and what stands below it; *id* is how one goes there.

    *root* is None where the message is gone or never was, *title* where threads have none.
    *status* is what the bot is said to be doing there; *closed* that nothing can stand below it.
    """

    id: str
    root: Seen | None
    replies: tuple[Seen, ...] = ()
    title: str | None = None
    status: str | None = None
    closed: bool = False

    @property
    def seen(self) -> tuple[Seen, ...]:
        """The root, if there is one, and the replies."""
        return self.replies if self.root is None else (self.root, *self.replies)


@dataclass(frozen=True, slots=True)
class PressButton:
    """Press the button of that id, of a message where one stands."""

    message: str
    button: str


@dataclass(frozen=True, slots=True)
class ChooseItem:
    """Choose the bot's item in the menu of a message where one stands."""

    message: str


@dataclass(frozen=True, slots=True)
class Slash:
    """Send the slash command *line*, such as ``claude ask Why?``, whose own slash is left out."""

    line: str


@dataclass(frozen=True, slots=True)
class Fill:
    """Fill in the form that the bot opened last with *text*, and send it."""

    text: str


Act = PressButton | ChooseItem | Slash | Fill


class Platform(Protocol):
    """#general and everybody's DMs with the bot; people are known by name, and join by acting.

    What a person cannot do there raises NotThere.
    """

    @property
    def name(self) -> str:
        """What the platform is called."""
        ...

    @property
    def connected(self) -> bool:
        """Whether the bot listens."""
        ...

    def join(self, who: str) -> None:
        """Let *who* be there; nothing where they are."""
        ...

    def threads(self, who: str, place: Place) -> list[Thread]:
        """All that stands in the channel or DM of *place*, oldest first, as *who* sees it."""
        ...

    def calls(self, text: str) -> bool:
        """Whether *text* mentions the bot when a person types it."""
        ...

    async def say(self, who: str, place: Place, text: str, *, reply_to: str | None = None) -> str:
        """The id of what *who* says there, with ``@Name`` as a mention."""
        ...

    async def act(self, who: str, place: Place, act: Act) -> None:
        """Let *who* do that, standing in *place*."""
        ...

    async def changed(self) -> None:
        """Return when anything changed."""
        ...

    def screen(self) -> str:
        """All that stands there, as lines for whoever looks for what went wrong."""
        ...
