"""What people say in the places they share with our app, and what they see there."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sandbox.discord import markup
from sandbox.discord.markup import Allowed, Json
from sandbox.discord.messages import Messages
from sandbox.discord.model import Channel, File, Kind, Message, Person, Shown, Sort, Words
from sandbox.discord.places import Places
from sandbox.discord.world import shown


class Scene(Places):
    """Places with people in them, who talk.

    What people do is awaited and tells the app; what `backfill` puts there was said before the
    app was around to hear it.
    """

    def __init__(self, bot_name: str) -> None:
        super().__init__(bot_name)
        self._messages = Messages(self._world, self._events, self._app)

    def typed(self, text: str) -> str:
        """What a client sends when a person types *text*: ``@Name``, ``#channel`` as tokens."""
        return markup.typed(text, self._world.names)

    def reads(self, text: str) -> str:
        """What a client shows of *text*: its marks taken away, code and escapes as they stand."""
        return markup.readable(text, self._world.names)

    def unmarked(self, text: str) -> str:
        """*text* as its author wrote it, marks and code as they stand: tokens read by name."""
        return markup.unescaped(text, self._world.names)

    async def say(
        self,
        person: Person,
        channel: str,
        text: str,
        *,
        reply_to: str | None = None,
        ping: bool = True,
        files: Sequence[File] = (),
        embeds: Sequence[Json] = (),
    ) -> str:
        """The id of a message that *person* wrote, with mentions as tokens (see `typed`).

        A reply to the message *reply_to* mentions its author, unless *ping* was switched off. An
        archived thread comes back by it.
        """
        place = self._world.channels[channel]
        if place.archived:
            place.archived = False
            self._events.channel("UPDATE", place)
        words = Words(text, tuple(embeds), files=tuple(files), allowed=Allowed(replied_user=ping))
        message = self._stand(place, self._world.new_id(), person, words, reply_to)
        self._events.created(message)
        return message.id

    def backfill(
        self,
        person: Person,
        channel: str,
        text: str,
        *,
        ago: float = 0.0,
        reply_to: str | None = None,
        files: Sequence[File] = (),
    ) -> str:
        """The id of a message that stood there before, from *ago* seconds back: no event tells.

        *person* may be our app.
        """
        place = self._world.channels[channel]
        words = Words(text, files=tuple(files))
        return self._stand(place, self._world.new_id(ago), person, words, reply_to).id

    async def edit_as_person(self, channel: str, message: str, text: str) -> None:
        """Let the author of a message change it."""
        found = self._world.channels[channel].messages[message]
        self._world.change(found, replace(found.words, text=text), found.flags)
        self._events.changed(found)

    async def delete_as_person(self, channel: str, message: str) -> None:
        """Take a message away, be it a person's own or, as a moderator may, our app's."""
        found = self._world.channels[channel].messages[message]
        self._world.remove(found)
        self._events.deleted(found)

    async def thread(
        self, channel: str, title: str, *, by: Person, from_message: str | None = None
    ) -> str:
        """The id of a thread that *by* opened, which is that of its message if it has one."""
        place = self._world.channels[channel]
        root = None if from_message is None else place.messages[from_message]
        return self._channels.begin(place, title, by, root).id

    async def post(self, person: Person, forum: str, title: str, text: str) -> str:
        """The id of a post in a forum, which is that of its first message, too."""
        place = self._world.channels[forum]
        assert place.kind is Kind.FORUM, "posts stand in forums"
        thread = self._channels.begin(place, title, person, None)
        self._events.created(self._stand(thread, thread.id, person, Words(text), None))
        return thread.id

    def messages(self, channel: str) -> list[Shown]:
        """All that stands in a channel or thread for everybody to see, oldest first."""
        return [shown(message) for message in self._world.channels[channel].ordered()]

    def message(self, channel: str, message: str) -> Shown:
        """One message. Raises LookupError where it does not stand there."""
        return shown(self._world.channels[channel].messages[message])

    def answers(self, channel: str) -> list[Shown]:
        """What our app said in a channel or thread, oldest first, without Discord's own lines."""
        own = (Sort.THREAD_CREATED, Sort.THREAD_STARTER)
        said = [m for m in self.messages(channel) if m.author == self.bot_user]
        return [message for message in said if message.sort not in own]

    @property
    def gone(self) -> list[Shown]:
        """The messages that were deleted, as they last stood."""
        return self._world.gone

    @property
    def typing(self) -> list[str]:
        """The channels where our app was said to be typing, each time it was."""
        return self._messages.typing

    def is_typing(self, channel: str) -> bool:
        """Whether our app is said to be typing there at this moment."""
        return self._messages.is_typing(channel)

    def screen(self) -> str:
        """All that stands in all channels, as lines for a person to read."""
        return self._world.screen()

    async def changed(self) -> None:
        """Return when anything changed: a message, a call, a connection."""
        await self._pulse.wait()

    async def until(self, predicate: Callable[[], object], timeout: float = 10) -> None:  # noqa: ASYNC109  - a deadline with a screen dump is what tests need
        """Return once *predicate* holds; it is asked after each change.

        A LookupError counts as "not yet", so that it may index what is still to come. Raises
        NotSeen, with all that stands on the screen, after *timeout* seconds.
        """
        await self._pulse.until(predicate, timeout, self.screen)

    def _stand(
        self, place: Channel, identity: str, person: Person, words: Words, reply_to: str | None
    ) -> Message:
        replied = None if reply_to is None else place.messages[reply_to]
        sort = Sort.DEFAULT if replied is None else Sort.REPLY
        message = Message(identity, place, person, words, sort=sort, reference=replied)
        return self._world.put(message)
