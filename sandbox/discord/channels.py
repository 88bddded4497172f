"""The endpoints of channels: DMs opened, threads started, joined, renamed and listed."""

from collections.abc import Mapping

from sandbox.discord import payloads, rules
from sandbox.discord.access import Access
from sandbox.discord.events import Events
from sandbox.discord.markup import Json
from sandbox.discord.model import Channel, Flag, Guild, Kind, Message, Person, Sort, Words
from sandbox.discord.permissions import Permission
from sandbox.discord.routes import Asked, Endpoint
from sandbox.discord.rules import Code, Refused
from sandbox.discord.world import World

_STANDALONE = {10: Kind.THREAD, 11: Kind.THREAD, 12: Kind.PRIVATE_THREAD}


class Channels:
    """What our app does to channels; *events* follow."""

    def __init__(self, world: World, events: Events) -> None:
        self._world = world
        self._events = events
        self._access = Access(world)
        self.endpoints: Mapping[str, Endpoint] = {
            "create_dm": self._create_dm,
            "get_channel": self._get,
            "modify_channel": self._modify,
            "start_thread_from_message": self._start_from_message,
            "start_thread_without_message": self._start_without_message,
            "join_thread": self._join,
            "list_active_threads": self._active,
        }

    def begin(
        self,
        parent: Channel,
        title: str,
        by: Person,
        root: Message | None,
        kind: Kind = Kind.THREAD,
    ) -> Channel:
        """A new thread below *parent*, hung on *root* if there is one, with all that follows."""
        identity = self._world.new_id() if root is None else root.id
        thread = Channel(identity, title, kind, parent.guild, parent, owner=by.id)
        self._world.add_channel(thread)
        self._events.channel("CREATE", thread, newly_created=True)
        if root is not None:
            root.thread, root.flags = thread, root.flags | Flag.HAS_THREAD
            self._events.changed(root)
            self._note(thread, by, Sort.THREAD_STARTER, root)
        elif kind is Kind.THREAD and parent.kind is not Kind.FORUM:
            self._note(parent, by, Sort.THREAD_CREATED, None, title)
        return thread

    def _note(
        self, channel: Channel, by: Person, sort: Sort, root: Message | None, text: str = ""
    ) -> None:
        """One of the lines that Discord itself writes."""
        identity = self._world.new_id()
        message = Message(identity, channel, by, Words(text), sort=sort, reference=root)
        self._events.created(self._world.put(message))

    def _create_dm(self, asked: Asked) -> Json:
        person = self._world.people.get(str(asked.args.get("recipient_id")))
        if person is None or person.bot:
            raise Refused(Code.UNKNOWN_USER)
        return payloads.channel_object(self._world.dm(person), self._world)

    def _get(self, asked: Asked) -> Json:
        channel = self._access.channel(asked.ids["channel"])
        return payloads.channel_object(channel, self._world)

    def _modify(self, asked: Asked) -> Json:
        thread = self._access.channel(asked.ids["channel"])
        if not thread.is_thread:
            raise Refused(Code.MISSING_PERMISSIONS)
        self._check_change(thread, asked)
        if "name" in asked.args:
            thread.name = rules.thread_name(asked.args)
        thread.archived = bool(asked.args.get("archived", thread.archived))
        thread.locked = bool(asked.args.get("locked", thread.locked))
        thread.archive_after = rules.archive_after(asked.args) or thread.archive_after
        self._events.channel("UPDATE", thread)
        return payloads.channel_object(thread, self._world)

    def _check_change(self, thread: Channel, asked: Asked) -> None:
        """Who began a thread may rename and archive it; anybody may open it unless locked."""
        opening = asked.args.get("archived") is False
        if thread.archived and not opening:
            raise Refused(Code.ARCHIVED)
        self._access.need_open(thread)
        only_opening = opening and set(asked.args) == {"archived"}
        own = thread.owner == self._world.bot.id and "locked" not in asked.args
        if not own and not only_opening:
            self._access.need(thread, Permission.MANAGE_THREADS)

    def _start_from_message(self, asked: Asked) -> Json:
        channel = self._access.channel(asked.ids["channel"])
        if channel.kind is not Kind.TEXT:
            raise Refused(Code.WRONG_CHANNEL)
        self._access.need(channel, Permission.CREATE_PUBLIC_THREADS)
        root = self._access.message(channel, asked.ids["message"])
        if root.thread is not None or root.id in self._world.channels:
            raise Refused(Code.THREAD_EXISTS)
        title, minutes = rules.thread_name(asked.args), rules.archive_after(asked.args)
        thread = self.begin(channel, title, self._world.bot, root)
        thread.archive_after = minutes or thread.archive_after
        return payloads.channel_object(thread, self._world)

    def _start_without_message(self, asked: Asked) -> Json:
        parent = self._access.channel(asked.ids["channel"])
        if parent.kind is Kind.FORUM:
            return self._post(parent, asked)
        if parent.kind is not Kind.TEXT:
            raise Refused(Code.WRONG_CHANNEL)
        # Who names no type gets a private one: docs.discord.com, "Start Thread without Message".
        kind = _STANDALONE.get(int(asked.args.get("type", 12)), Kind.PRIVATE_THREAD)
        private = kind is Kind.PRIVATE_THREAD
        public, hidden = Permission.CREATE_PUBLIC_THREADS, Permission.CREATE_PRIVATE_THREADS
        self._access.need(parent, hidden if private else public)
        thread = self.begin(parent, rules.thread_name(asked.args), self._world.bot, None, kind)
        return payloads.channel_object(thread, self._world)

    def _post(self, forum: Channel, asked: Asked) -> Json:
        """A post of our app: a thread, and its first message with the same id."""
        self._access.need(forum, Permission.SEND_MESSAGES)
        title = rules.thread_name(asked.args)
        words = rules.written(asked.args.get("message") or {}, asked.files)
        thread = self.begin(forum, title, self._world.bot, None)
        first = self._world.put(Message(thread.id, thread, self._world.bot, words))
        self._events.created(first)
        said = payloads.message_object(first, self._world)
        return payloads.channel_object(thread, self._world) | {"message": said}

    def _join(self, asked: Asked) -> None:
        thread = self._access.channel(asked.ids["channel"])
        if not thread.is_thread:
            raise Refused(Code.WRONG_CHANNEL)
        if thread.archived:
            raise Refused(Code.ARCHIVED)

    def _active(self, asked: Asked) -> Json:
        guild: Guild | None = self._world.guilds.get(asked.ids["guild"])
        if guild is None:
            raise Refused(Code.UNKNOWN_GUILD)
        seen = [
            payloads.channel_object(channel, self._world)
            for channel in guild.channels.values()
            if channel.is_thread and not channel.archived
            if self._access.has(channel, Permission.VIEW_CHANNEL)
        ]
        return {"threads": seen, "members": [], "has_more": False}
