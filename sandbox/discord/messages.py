"""The endpoints of messages: written, read, edited and deleted by our app in channels."""

from collections.abc import Mapping

from sandbox.discord import payloads, rules
from sandbox.discord.access import Access
from sandbox.discord.application import Application
from sandbox.discord.events import Events
from sandbox.discord.markup import Json
from sandbox.discord.model import Channel, Kind, Message, Sort
from sandbox.discord.payloads import View
from sandbox.discord.permissions import Permission
from sandbox.discord.routes import Asked, Endpoint
from sandbox.discord.rules import Args, Code, Refused
from sandbox.discord.sessions import Intent
from sandbox.discord.world import World, born

NONCE_LIVES = 300_000  # milliseconds; Discord says "the past few minutes"
_TYPING_LASTS = 10_000  # milliseconds: docs.discord.com, "Trigger Typing Indicator"


class Messages:
    """What our app does to messages; *events* follow."""

    def __init__(self, world: World, events: Events, application: Application) -> None:
        self._world = world
        self._events = events
        self._application = application
        self._access = Access(world)
        self._by_nonce: dict[str, Message] = {}
        self.typing: list[str] = []
        self._typed_at: dict[str, int] = {}
        self.endpoints: Mapping[str, Endpoint] = {
            "create_message": self._create,
            "get_messages": self._list,
            "get_message": self._get,
            "edit_message": self._edit,
            "delete_message": self._delete,
            "trigger_typing": self._type,
        }

    def is_typing(self, channel: str) -> bool:
        """Whether our app is said to be typing there: until it posts, or for a while."""
        began = self._typed_at.get(channel)
        return began is not None and self._world.now() - began < _TYPING_LASTS

    def _create(self, asked: Asked) -> Json:
        channel = self._writable(asked.ids["channel"])
        if (twin := self._twin(asked.args)) is not None:
            return payloads.message_object(twin, self._world)
        words = rules.written(asked.args, asked.files)
        if words.files:
            self._access.need(channel, Permission.ATTACH_FILES)
        if words.embeds:
            self._access.need(channel, Permission.EMBED_LINKS)
        reference = self._reference(channel, asked.args)
        message = Message(
            self._world.new_id(),
            channel,
            self._world.bot,
            words,
            sort=Sort.DEFAULT if reference is None else Sort.REPLY,
            flags=rules.flags(asked.args),
            reference=reference,
            nonce=rules.nonce(asked.args),
        )
        if channel.archived:
            channel.archived = False
            self._events.channel("UPDATE", channel)
        self._world.put(message)
        self._typed_at.pop(channel.id, None)
        if message.nonce is not None:
            self._by_nonce[str(message.nonce)] = message
        self._events.created(message)
        return payloads.message_object(message, self._world)

    def _list(self, asked: Asked) -> list[Json]:
        channel = self._access.channel(asked.ids["channel"])
        side, at, limit = rules.page(asked.query)
        if not self._access.has(channel, Permission.READ_MESSAGE_HISTORY):
            return []
        page = _page(channel.ordered(), side, at, limit)
        return [self._read(message) for message in reversed(page)]

    def _get(self, asked: Asked) -> Json:
        channel = self._access.channel(asked.ids["channel"])
        if not self._access.has(channel, Permission.READ_MESSAGE_HISTORY):
            raise Refused(Code.MISSING_ACCESS)
        return self._read(self._access.message(channel, asked.ids["message"]))

    def _edit(self, asked: Asked) -> Json:
        message = self._found(asked)
        if message.author != self._world.bot:
            raise Refused(Code.NOT_THE_AUTHOR)
        words, flags = rules.rewritten(asked.args, asked.files, message.words, message.flags)
        self._world.change(message, words, flags)
        self._events.changed(message)
        return payloads.message_object(message, self._world)

    def _delete(self, asked: Asked) -> None:
        message = self._found(asked)
        if message.author != self._world.bot:
            self._access.need(message.channel, Permission.MANAGE_MESSAGES)
        self._world.remove(message)
        self._events.deleted(message)

    def _type(self, asked: Asked) -> None:
        channel = self._writable(asked.ids["channel"])
        self.typing.append(channel.id)
        self._typed_at[channel.id] = self._world.now()

    def _read(self, message: Message) -> Json:
        """*message* as our app may read it: the privilege counts for the API, too."""
        privileged = Intent.MESSAGE_CONTENT in self._application.privileged
        view = View.WHOLE if privileged else View.BARE
        return payloads.message_object(message, self._world, view)

    def _found(self, asked: Asked) -> Message:
        """The message to change, where it stands in no archived thread."""
        channel = self._access.channel(asked.ids["channel"])
        message = self._access.message(channel, asked.ids["message"])
        if channel.archived:
            raise Refused(Code.ARCHIVED)
        return message

    def _writable(self, identity: str) -> Channel:
        channel = self._access.channel(identity)
        if channel.kind is Kind.FORUM:
            raise Refused(Code.NO_TEXT_CHANNEL)
        threaded = channel.is_thread
        needed = Permission.SEND_MESSAGES_IN_THREADS if threaded else Permission.SEND_MESSAGES
        self._access.need(channel, needed)
        self._access.need_open(channel)
        return channel

    def _twin(self, args: Args) -> Message | None:
        """The message that was made with the same nonce, where the call asks for that check."""
        found = self._by_nonce.get(str(args.get("nonce")))
        if not args.get("enforce_nonce") or found is None:
            return None
        return found if self._world.now() - born(found.id) < NONCE_LIVES else None

    def _reference(self, channel: Channel, args: Args) -> Message | None:
        """The message that this one replies to; None where it is gone and need not be there."""
        asked = args.get("message_reference")
        if not asked:
            return None
        if not self._access.has(channel, Permission.READ_MESSAGE_HISTORY):
            raise Refused(Code.NO_HISTORY)
        found = channel.messages.get(str(asked.get("message_id")))
        if found is None and asked.get("fail_if_not_exists", True):
            code = "REPLIES_UNKNOWN_MESSAGE"
            raise rules.invalid("message_reference", "Unknown message", code)
        return found


def _page(messages: list[Message], side: str | None, at: int, limit: int) -> list[Message]:
    """The *limit* of *messages*, oldest first, that are nearest to *at* on that side."""
    before = [message for message in messages if int(message.id) < at]
    after = [message for message in messages if int(message.id) > at]
    match side:
        case "before":
            return before[-limit:]
        case "after":
            return after[:limit]
        case "around":
            here = [message for message in messages if int(message.id) == at]
            half = limit // 2
            return [*before[-half:], *here, *after[:half]] if half else here
        case _:
            return messages[-limit:]
