"""The simulated Slack, read and acted on as the house does with any platform."""

from collections.abc import Sequence

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
from sandbox.slack import NotOffered, Person, Shown, Slack, Used

_NO_BUTTONS = "The bot's messages have no buttons on Slack."
_NOT_IN_THREADS = "Slack takes no slash command in a thread. Say !{line} there, or go to /channel."
_NO_FORM = "The bot opened no form that waits to be filled in."
_FORM = "A form is open: {title}. /fill TEXT fills in: {field}"


class OnSlack:
    """#general of *slack*, and its people by name."""

    name = "Slack"

    def __init__(self, slack: Slack) -> None:
        self.slack = slack
        self.general = slack.channel("general")
        self._people: dict[str, Person] = {}
        self._used: list[Used] = []

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
        alone = self._alone(who, channel)
        threads = [
            Thread(
                root.ts,
                self._seen(root),
                _by_time([*map(self._seen, below.get(root.ts, [])), *alone.get(root.ts, [])]),
                status=self.slack.status(channel, root.ts),
            )
            for root in messages
            if root.thread_ts is None
        ]
        threads += [Thread(seen.id, seen, closed=True) for seen in alone.get(None, [])]
        return sorted(threads, key=lambda thread: float(thread.id))

    def calls(self, text: str) -> bool:
        """Whether *text* mentions the bot when a person types it."""
        return f"<@{self.slack.bot_user}>" in self.slack.typed(text)

    async def say(self, who: str, place: Place, text: str, *, reply_to: str | None = None) -> str:
        """The ts of what *who* says there; a reply stands in the thread of its message."""
        channel, thread = self._channel(who, place), place.thread or reply_to
        return await self.slack.say(self._person(who), channel, self.slack.typed(text), thread)

    async def act(self, who: str, place: Place, act: Act) -> None:
        """Let *who* do that; what the bot makes of it is seen by and by."""
        person, channel = self._person(who), self._channel(who, place)
        match act:
            case PressButton():
                raise NotThere(_NO_BUTTONS)
            case ChooseItem(message):
                doing = self.slack.shortcut(person, channel, message)
            case Slash(line):
                command, _, text = line.partition(" ")
                if place.thread is not None:
                    raise NotThere(_NOT_IN_THREADS.format(line=text or "help"))
                doing = self.slack.slash(person, channel, text, command=f"/{command}")
            case Fill(text):
                doing = self._filling(person, text)
        try:
            self._used.append(await doing)
        except NotOffered as missing:
            raise NotThere(f"Slack does not do that: {missing}.") from missing

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

    async def _filling(self, person: Person, text: str) -> Used:
        """What becomes of the form opened last for *person*, with *text* in its field."""
        for used in reversed(self._used):
            if used.person is person and used.form is not None:
                return await self.slack.submit(used, text=text)
        raise NotThere(_NO_FORM)

    def _alone(self, who: str, channel: str) -> dict[str | None, list[Seen]]:
        """What only *who* sees there, by thread: answers, forms, and that no answer came."""
        person = self._person(who)
        found: dict[str | None, list[Seen]] = {}
        for one in self.slack.private(person, channel):
            seen = Seen(one.ts, "Claude", one.text, float(one.ts), app=True, private=True)
            found.setdefault(one.thread_ts, []).append(seen)
        for used in self._used:
            if used.person is person and used.channel.id == channel and used.form is not None:
                title, (field,) = used.form["title"]["text"], used.form["blocks"]
                form = _FORM.format(title=title, field=field["label"]["text"])
                seen = Seen(used.ts, "Slack", form, float(used.ts), private=True)
                found.setdefault(None, []).append(seen)
        return found

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


def _by_time(seen: Sequence[Seen]) -> tuple[Seen, ...]:
    return tuple(sorted(seen, key=lambda one: float(one.id)))
