"""The simulated Slack, read and acted on as the house does with any platform."""

from collections.abc import Mapping

from sandbox.house.platform import (
    Act,
    ChooseItem,
    Fill,
    NotThere,
    Place,
    PressButton,
    Seen,
    Slash,
    Thread,
)
from sandbox.slack import Person, Shown, Slack

_MISSING: Mapping[type[Act], str] = {
    PressButton: "The bot's messages have no buttons on Slack.",
    ChooseItem: "The bot has put nothing into the menu of a message on Slack.",
    Slash: "Slack offers no such command: the bot has registered none. @Claude TEXT asks.",
    Fill: "The bot opens no form on Slack.",
}


class OnSlack:
    """#general of *slack*, and its people by name."""

    name = "Slack"

    def __init__(self, slack: Slack) -> None:
        self.slack = slack
        self.general = slack.channel("general")
        self._people: dict[str, Person] = {}

    @property
    def connected(self) -> bool:
        """Whether the bot listens."""
        return self.slack.connections > 0

    def join(self, who: str) -> None:
        """Let *who* be there; nothing where they are."""
        self._person(who)

    def threads(self, who: str, place: Place) -> list[Thread]:
        """All that stands in the channel or DM of *place*, oldest first."""
        channel = self._channel(who, place)
        messages = self.slack.messages(channel)
        below: dict[str, list[Shown]] = {}
        for message in messages:
            if message.thread_ts is not None:
                below.setdefault(message.thread_ts, []).append(message)
        return [
            Thread(
                root.ts,
                self._seen(root),
                tuple(map(self._seen, below.get(root.ts, []))),
                status=self.slack.status(channel, root.ts),
            )
            for root in messages
            if root.thread_ts is None
        ]

    def calls(self, text: str) -> bool:
        """Whether *text* mentions the bot when a person types it."""
        return f"<@{self.slack.bot_user}>" in self.slack.typed(text)

    async def say(self, who: str, place: Place, text: str, *, reply_to: str | None = None) -> str:
        """The ts of what *who* says there; a reply stands in the thread of its message."""
        channel, thread = self._channel(who, place), place.thread or reply_to
        return await self.slack.say(self._person(who), channel, self.slack.typed(text), thread)

    async def act(self, who: str, place: Place, act: Act) -> None:  # noqa: ARG002  - whoever and wherever it is
        """Raises NotThere: of all that there is nothing."""
        raise NotThere(_MISSING[type(act)])

    async def changed(self) -> None:
        """Return when anything changed."""
        await self.slack.changed()

    def screen(self) -> str:
        """All that stands there."""
        return self.slack.screen()

    def _person(self, who: str) -> Person:
        if who not in self._people:
            self._people[who] = self.slack.person(who)
        return self._people[who]

    def _channel(self, who: str, place: Place) -> str:
        return self.slack.dm(self._person(who)) if place.dm else self.general

    def _seen(self, message: Shown) -> Seen:
        return Seen(
            message.ts,
            message.name,
            message.text,
            float(message.ts),
            app=message.user == self.slack.bot_user,
            edits=message.edits,
            files=tuple(file.name for file in message.files),
            history=message.history,
            pinged=message.pinged,
        )
