"""What people do in the workspace, what they see, and the events that an app gets to hear."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from sandbox.pulse import Pulse
from sandbox.slack import markup, payloads
from sandbox.slack.gateway import Delivery, Gateway
from sandbox.slack.interacting import Interactions
from sandbox.slack.markup import Json
from sandbox.slack.methods import Methods
from sandbox.slack.workspace import (
    APP,
    OTHER_TEAM,
    TEAM,
    Channel,
    File,
    Kind,
    Message,
    Person,
    Shown,
    Words,
    Workspace,
    shown,
)

Twins = Literal["both", "mention_first", "message", "app_mention"]


class NotSeen(AssertionError):
    """What was waited for did not happen; the message holds the whole screen."""


class Scene:
    """A workspace with people in it, and our app as one of them.

    People and channels are made by `person`, `channel` and `dm`. What people do is awaited and
    tells the app; what `backfill` puts there was said before the app was around to hear it.
    """

    def __init__(self, bot_name: str) -> None:
        self._workspace = Workspace(bot_name, lambda: time.time_ns() // 1_000)
        self._pulse = Pulse()
        self._gateway = Gateway(self._pulse)
        self._interactions = Interactions(self._gateway)
        self._methods = Methods(self._workspace, self._publish, self._interactions)
        self._events = 0

    @property
    def bot(self) -> Person:
        """Our app, as a member of the workspace."""
        return self._workspace.bot

    @property
    def bot_user(self) -> str:
        """The user id of our app."""
        return self._workspace.bot.id

    @property
    def team(self) -> str:
        """The workspace's id."""
        return TEAM

    def person(
        self,
        name: str,
        *,
        display_name: str | None = None,
        guest: bool = False,
        locale: str = "en-US",
        external: bool = False,
        bot: bool = False,
        admin: bool = False,
    ) -> Person:
        """A person who joins the workspace, or with *bot* the bot user of another app."""
        user = self._workspace.new_id("U", name)
        person = Person(
            user,
            name,
            name if display_name is None else display_name,
            team=OTHER_TEAM if external else TEAM,
            locale=locale,
            guest=guest,
            admin=admin,
            bot_id="B" + user[1:] if bot else None,
            app_id="A" + APP[1:-1] + user[1:5] if bot else None,
        )
        self._workspace.people[user] = person
        return person

    def channel(self, name: str, *, member: bool = True, private: bool = False) -> str:
        """The id of a new channel; *member* says whether our app is in it."""
        kind = Kind.GROUP if private else Kind.CHANNEL
        return self._workspace.add_channel(name, kind, [self.bot_user] if member else []).id

    def dm(self, person: Person) -> str:
        """The id of the DM between *person* and our app."""
        return self._workspace.dm(person).id

    def group_dm(self, *people: Person) -> str:
        """The id of a new group DM of *people* and our app."""
        ids = [person.id for person in people]
        return self._workspace.add_channel("mpdm", Kind.MPIM, [self.bot_user, *ids]).id

    def archive(self, channel: str) -> None:
        """Let nothing be written in *channel* any more."""
        self._workspace.channels[channel].archived = True

    def remove_bot(self, channel: str) -> None:
        """Take our app out of *channel*."""
        self._workspace.channels[channel].people.discard(self.bot_user)

    def typed(self, text: str) -> str:
        """What Slack makes of *text* when a person types it: escaped, ``@Name`` as a mention."""
        return markup.typed(text, self._workspace.names)

    async def say(
        self,
        person: Person,
        channel: str,
        text: str,
        thread: str | None = None,
        *,
        files: Sequence[File] = (),
        broadcast: bool = False,
        twins: Twins = "both",
    ) -> str:
        """The ts of a message that *person* wrote, in Slack's own notation (see `typed`).

        Where *text* mentions our app outside a DM, Slack sends two events about it; *twins* says
        which of them, and in what order. Nothing is sent about channels that our app is not in.
        """
        place = self._workspace.channels[channel]
        words = Words(text, files=tuple(files), link_names=False)
        subtype = "thread_broadcast" if broadcast else "file_share" if files else None
        message = Message(self._workspace.next_ts(), person, words, thread, subtype, broadcast)
        self._workspace.put(place, message)
        self._tell_of(message, place, twins)
        self._pulse.beat()
        return message.ts

    def backfill(
        self,
        person: Person,
        channel: str,
        text: str,
        thread: str | None = None,
        ts: str | None = None,
        *,
        metadata: Json | None = None,
        files: Sequence[File] = (),
    ) -> str:
        """The ts of a message that stood there before: no event tells of it.

        Raises ValueError where *ts* is taken in that channel.
        """
        words = Words(text, files=tuple(files), metadata=metadata, unfurl=False)
        message = Message(ts or self._workspace.next_ts(), person, words, thread)
        self._workspace.put(self._workspace.channels[channel], message)
        return message.ts

    async def edit_as_person(self, channel: str, ts: str, text: str) -> None:
        """Let the author of *ts* change it; a mention of our app is told again, as Slack does."""
        place = self._workspace.channels[channel]
        message = place.messages[ts]
        before = payloads.message_object(message, place)
        self._workspace.change(message, replace(message.words, text=text))
        self._publish(place, payloads.changed_event(before, message, place))
        if self._mentions_bot(message, place):
            self._publish(place, payloads.mention_event(message, place))

    async def delete_as_person(self, channel: str, ts: str) -> None:
        """Take the message *ts* away, be it a person's own or, as an admin may, our app's."""
        place = self._workspace.channels[channel]
        message = place.messages[ts]
        before = payloads.message_object(message, place)
        at = self._workspace.remove(place, message)
        self._publish(place, payloads.deleted_event(before, place, at))

    async def join(self, person: Person, channel: str) -> str:
        """The ts of the message that says so; our app too can be the one who joins."""
        place = self._workspace.channels[channel]
        place.people.add(person.id)
        words = Words(f"<@{person.id}> has joined the channel")
        message = Message(self._workspace.next_ts(), person, words, subtype="channel_join")
        self._workspace.put(place, message)
        self._publish(place, payloads.message_event(message, place))
        self._publish(place, payloads.joined_event(person, place, message.ts))
        return message.ts

    async def redeliver(self, ts: str) -> None:
        """Send the events about the message *ts* again, as after a lost acknowledgement."""
        for delivery in self._about(ts):
            self._gateway.send(delivery.payload, attempt=1)

    def acked(self, ts: str) -> bool:
        """Whether every event about the message *ts* was acknowledged, each time it was sent."""
        return bool(self._about(ts)) and ts not in {one.event.get("ts") for one in self.unacked}

    @property
    def deliveries(self) -> list[Delivery]:
        """All events so far, in the order in which they happened."""
        return self._gateway.deliveries

    @property
    def unacked(self) -> list[Delivery]:
        """The events that were not acknowledged yet, sent or not."""
        return self._gateway.unacked

    @property
    def connections(self) -> int:
        """How many WebSockets are open."""
        return self._gateway.connections

    @property
    def greeted(self) -> int:
        """How many WebSockets were ever opened and said hello to."""
        return self._gateway.greeted

    def thread(self, channel: str, ts: str) -> list[Shown]:
        """The message *ts* and its replies, oldest first; empty where there is none."""
        return [shown(message) for message in self._workspace.channels[channel].thread(ts)]

    def channel_view(self, channel: str) -> list[Shown]:
        """What stands at the top level of *channel*, oldest first, broadcast replies too."""
        place = self._workspace.channels[channel]
        return [shown(m) for m in place.ordered() if m.thread_ts is None or m.broadcast]

    def messages(self, channel: str) -> list[Shown]:
        """All that stands in *channel* and its threads, oldest first."""
        return [shown(message) for message in self._workspace.channels[channel].ordered()]

    @property
    def gone(self) -> list[Shown]:
        """The messages that were deleted, as they last stood."""
        return self._workspace.gone

    @property
    def ephemerals(self) -> list[Json]:
        """The arguments of what was shown to one person only."""
        return self._methods.ephemerals

    def status(self, channel: str, thread_ts: str) -> str | None:
        """What our app is said to be doing in a thread, None for nothing."""
        return self._methods.statuses.get((channel, thread_ts))

    def screen(self) -> str:
        """All that stands in all channels, as lines for a person to read."""
        return self._workspace.screen()

    async def changed(self) -> None:
        """Return when anything changed: a message, a call, an acknowledgement, a connection."""
        await self._pulse.wait()

    async def until(self, predicate: Callable[[], object], timeout: float = 10) -> None:  # noqa: ASYNC109  - a deadline with a screen dump is what tests need
        """Return once *predicate* holds; it is asked after each change.

        A LookupError counts as "not yet", so that it may index what is still to come. Raises
        NotSeen, with all that stands on the screen, after *timeout* seconds.
        """
        try:
            async with asyncio.timeout(timeout):
                while not _holds(predicate):
                    await self._pulse.wait()
        except TimeoutError:
            raise NotSeen(f"not seen within {timeout} s\n{self.screen()}") from None

    def _tell_of(self, message: Message, place: Channel, twins: Twins) -> None:
        events: dict[str, Json] = {"message": payloads.message_event(message, place)}
        if self._mentions_bot(message, place):
            events["app_mention"] = payloads.mention_event(message, place)
        order = {"both": ("message", "app_mention"), "mention_first": ("app_mention", "message")}
        for kind in order.get(twins, (twins,)):
            if kind in events:
                self._publish(place, events[kind])

    def _mentions_bot(self, message: Message, place: Channel) -> bool:
        return place.kind is not Kind.IM and f"<@{self.bot_user}>" in message.words.text

    def _publish(self, place: Channel, event: Json) -> None:
        """Tell our app of *event*, where it is in that channel."""
        if self.bot_user in place.people:
            self._events += 1
            self._gateway.send(payloads.callback(event, self.bot, self._events))
        self._pulse.beat()

    def _about(self, ts: str) -> list[Delivery]:
        """The first delivery of each event about the message *ts*."""
        about = [one for one in self._gateway.deliveries if one.event.get("ts") == ts]
        return list({one.payload["event_id"]: one for one in reversed(about)}.values())[::-1]


def _holds(predicate: Callable[[], object]) -> bool:
    try:
        return bool(predicate())
    except LookupError:
        return False
