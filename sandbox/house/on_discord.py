"""The simulated Discord, read and acted on as the house does with any platform."""

from collections.abc import Iterator
from dataclasses import replace

from sandbox.discord import (
    Discord,
    Interaction,
    NotOffered,
    Person,
    Shown,
    Sort,
    born,
    field,
    labels,
)
from sandbox.house import slashes
from sandbox.house.platform import (
    Act,
    Button,
    ChooseItem,
    Fill,
    NotThere,
    Place,
    PressButton,
    Seen,
    Slash,
    Thread,
)

_MENU = 3  # the type of a command that stands in the menu of a message
_DISCORDS_OWN = (Sort.THREAD_CREATED, Sort.THREAD_STARTER)
_TYPING = "is typing..."
_TITLE = 100  # characters
_NO_MENU = "Discord offers nothing in that menu: the bot has registered nothing for it."
_FAILED = "The application did not respond"
_FORM = "A form is open: {title}. /fill TEXT fills in: {field}"
_NO_FORM = "The bot opened no form that waits to be filled in."


class OnDiscord:
    """#general of *discord*, and its people by name."""

    name = "Discord"

    def __init__(self, discord: Discord) -> None:
        self.discord = discord
        self.general = discord.channel("general")
        self._people: dict[str, Person] = {}
        self._used: list[Interaction] = []
        self._filled: set[str] = set()

    @property
    def connected(self) -> bool:
        """Whether the bot listens."""
        return self.discord.connections > 0

    def join(self, who: str) -> None:
        """Let *who* be there; nothing where they are."""
        self._person(who)

    def threads(self, who: str, place: Place) -> list[Thread]:
        """All that stands in the channel or DM of *place*, oldest first, as *who* sees it."""
        channel = self._channel(who, place)
        roots: dict[str, Seen | None] = dict.fromkeys(self.discord.threads(channel))
        roots |= {root.id: root for root in self._all(who, channel)}
        threads = [self._thread(who, channel, root, roots[root]) for root in sorted(roots, key=int)]
        if threads and self.discord.is_typing(channel) and not any(s.app for s in threads[-1].seen):
            # It types where the question stands, until the thread that it opens has the answer.
            threads[-1] = replace(threads[-1], status=_TYPING)
        return threads

    def calls(self, text: str) -> bool:
        """Whether *text* mentions the bot when a person types it."""
        return f"<@{self.discord.bot_user}>" in self.discord.typed(text)

    async def say(self, who: str, place: Place, text: str, *, reply_to: str | None = None) -> str:
        """The id of what *who* says there; a thread that a message has not yet is opened."""
        channel = await self._entered(who, place)
        typed = self.discord.typed(text)
        return await self.discord.say(self._person(who), channel, typed, reply_to=reply_to)

    async def act(self, who: str, place: Place, act: Act) -> None:
        """Let *who* do that; what the bot makes of it is seen by and by."""
        person, channel = self._person(who), place.thread or self._channel(who, place)
        match act:
            case PressButton(message, button):
                doing = self.discord.press(person, channel, message, button)
            case ChooseItem(message):
                doing = self.discord.context_menu(person, channel, self._item(), message)
            case Slash(line):
                wanted = slashes.read(line, self.discord.commands)
                channel = await self._entered(who, place)
                doing = self.discord.slash(person, channel, wanted.name, **wanted.options)
            case Fill(text):
                doing = self._filling(person, text)
        try:
            self._used.append(await doing)
        except NotOffered as missing:
            raise NotThere(f"Discord does not do that: {missing}.") from missing

    async def changed(self) -> None:
        """Return when anything changed."""
        await self.discord.changed()

    def screen(self) -> str:
        """All that stands there."""
        return self.discord.screen()

    def _person(self, who: str) -> Person:
        if who not in self._people:
            self._people[who] = self.discord.person(who)
        return self._people[who]

    def _channel(self, who: str, place: Place) -> str:
        return self.discord.dm(self._person(who)) if place.dm else self.general

    async def _entered(self, who: str, place: Place) -> str:
        """The channel or thread that *place* is; a thread that is not there yet is opened."""
        channel, thread = self._channel(who, place), place.thread
        if thread is None or thread in self.discord.threads(channel):
            return thread or channel
        title = self._readable(self.discord.message(channel, thread).text)[:_TITLE] or "Thread"
        return await self.discord.thread(channel, title, by=self._person(who), from_message=thread)

    def _item(self) -> str:
        """The first item that the bot put into the menu of messages."""
        for command in self.discord.commands:
            if command["type"] == _MENU:
                return str(command["name"])
        raise NotThere(_NO_MENU)

    async def _filling(self, person: Person, text: str) -> Interaction:
        """What becomes of the form opened last for *person*, with *text* in its first field."""
        for used in reversed(self._used):
            if used.person is person and used.modal is not None and used.id not in self._filled:
                self._filled.add(used.id)
                first, _ = field(used.modal["components"])
                return await self.discord.submit(used, {first: text})
        raise NotThere(_NO_FORM)

    def _thread(self, who: str, channel: str, thread: str, root: Seen | None) -> Thread:
        if thread not in self.discord.threads(self.general):
            # None hangs in a DM, nor on a message that others do not see.
            closed = root is None or root.private or channel != self.general
            return Thread(thread, root, closed=closed)
        status = _TYPING if self.discord.is_typing(thread) else None
        replies = tuple(self._all(who, thread))
        return Thread(thread, root, replies, self.discord.name(thread), status)

    def _all(self, who: str, channel: str) -> list[Seen]:
        """All that *who* sees in one channel or thread, without Discord's own lines."""
        found = [
            self._seen(message, channel)
            for message in self.discord.messages(channel)
            if message.sort not in _DISCORDS_OWN
        ]
        return sorted([*found, *self._private(who, channel)], key=lambda seen: int(seen.id))

    def _private(self, who: str, channel: str) -> Iterator[Seen]:
        """What only *who* sees there: answers meant for them, and that none came."""
        for used in self._used:
            if used.person is not self._person(who) or used.channel.id != channel:
                continue
            if used.failed:
                yield Seen(used.id, "Discord", _FAILED, born(used.id) / 1000, private=True)
            if (opened := used.modal) is not None and used.id not in self._filled:
                form = _FORM.format(title=opened["title"], field=field(opened["components"])[1])
                yield Seen(used.id, "Discord", form, born(used.id) / 1000, private=True)
            for response in used.responses:
                if response.ephemeral:
                    yield self._seen(response, channel)

    def _seen(self, message: Shown, channel: str) -> Seen:
        reads = self.discord.unmarked
        return Seen(
            message.id,
            message.name,
            "is thinking..." if message.loading else reads(message.text),
            born(message.id) / 1000,
            app=message.author == self.discord.bot_user,
            private=message.ephemeral,
            about=self._about(message, channel),
            edits=message.edits,
            buttons=tuple(Button(*named) for named in labels(message.components).items()),
            files=tuple(file.name for file in message.files),
            history=tuple(map(reads, message.history)),
            pinged=message.pinged,
        )

    def _about(self, message: Shown, channel: str) -> str | None:
        """What Discord tells above *message*: which command it answers, or which message."""
        for used in self._used:
            if used.name and any(response.id == message.id for response in used.responses):
                slash = "/" if used.sort is Sort.COMMAND else ""
                return f"{used.person.called} used {slash}{used.name}"
        if message.sort is not Sort.REPLY or message.reference is None:
            return None
        try:
            replied = self.discord.message(channel, message.reference)
        except LookupError:
            return "to a message that is gone"
        return f"to {replied.name}: {' '.join(self._readable(replied.text).split())}"

    def _readable(self, text: str) -> str:
        return self.discord.reads(text)
