"""The methods of the Web API: arguments in, Slack's answer out, and the events that follow."""

import base64
import binascii
from collections.abc import Callable, Mapping

from sandbox.slack import payloads, rules
from sandbox.slack.interacting import Interactions
from sandbox.slack.markup import Json
from sandbox.slack.rules import Args, Refused
from sandbox.slack.workspace import TEAM, Channel, Kind, Message, Words, Workspace

SCOPES = (
    "app_mentions:read,assistant:write,channels:history,channels:read,chat:write,"
    "chat:write.customize,commands,groups:history,groups:read,im:history,im:read,im:write,"
    "mpim:history,mpim:read,users:read"
)

Publish = Callable[[Channel, Json], None]


class Methods:
    """What an app can do to *workspace*; each event that follows is handed to *publish*."""

    def __init__(self, workspace: Workspace, publish: Publish, interactions: Interactions) -> None:
        self._workspace = workspace
        self._publish = publish
        self.scopes = SCOPES
        self.statuses: dict[tuple[str, str], str] = {}
        self.ephemerals: list[Json] = []
        self._methods: Mapping[str, Callable[[Args], Json]] = {
            "auth.test": self._auth_test,
            "bots.info": self._bots_info,
            "users.info": self._users_info,
            "conversations.info": self._conversations_info,
            "conversations.replies": self._conversations_replies,
            "conversations.history": self._conversations_history,
            "chat.postMessage": self._chat_post_message,
            "chat.update": self._chat_update,
            "chat.delete": self._chat_delete,
            "chat.postEphemeral": self._chat_post_ephemeral,
            "assistant.threads.setStatus": self._set_status,
            "views.open": interactions.open_view,
        }

    def call(self, method: str, args: Args) -> Json:
        """The answer to *method* without its ``ok``. Raises Refused as Slack does."""
        found = self._methods.get(method)
        if found is None:
            raise Refused("unknown_method")
        return found(args)

    def _auth_test(self, _args: Args) -> Json:
        bot = self._workspace.bot
        return {
            "url": "https://acme.slack.com/",
            "team": "Acme",
            "user": bot.name.lower(),
            "team_id": TEAM,
            "user_id": bot.id,
            "bot_id": bot.bot_id,
            "is_enterprise_install": False,
        }

    def _bots_info(self, args: Args) -> Json:
        for person in self._workspace.people.values():
            if person.bot_id is not None and person.bot_id == args.get("bot"):
                return {"bot": payloads.bot_profile(person)}
        raise Refused("bot_not_found")

    def _users_info(self, args: Args) -> Json:
        person = self._workspace.people.get(rules.needed(args, "user"))
        if person is None:
            raise Refused("user_not_found")
        locale = rules.flag(args.get("include_locale"))
        return {"user": payloads.user_object(person, locale=locale)}

    def _conversations_info(self, args: Args) -> Json:
        channel = self._visible(rules.needed(args, "channel"))
        return {"channel": payloads.channel_object(channel, self._workspace.bot)}

    def _conversations_replies(self, args: Args) -> Json:
        channel = self._joined(rules.needed(args, "channel"))
        found = channel.thread(rules.needed(args, "ts"))
        if not found:
            raise Refused("thread_not_found")
        root, replies = found[0], _between(found[1:], args)
        page, cursor = _page([root, *replies], args, rules.whole(args.get("limit"), 1000, 1000))
        return self._messages(page, channel, args, cursor)

    def _conversations_history(self, args: Args) -> Json:
        channel = self._joined(rules.needed(args, "channel"))
        top = [m for m in channel.ordered() if m.thread_ts is None or m.broadcast]
        newest_first = _between(top, args)[::-1]
        page, cursor = _page(newest_first, args, rules.whole(args.get("limit"), 100, 999))
        return self._messages(page, channel, args, cursor)

    def _messages(self, page: list[Message], channel: Channel, args: Args, cursor: str) -> Json:
        with_metadata = rules.flag(args.get("include_all_metadata"))
        replies = channel.replies()
        found: list[Json] = []
        for message in page:
            said = payloads.message_object(message, channel)
            if message.ts in replies:
                said |= payloads.summary(replies[message.ts])
            if with_metadata and message.words.metadata:
                said["metadata"] = message.words.metadata
            found.append(said)
        return {
            "messages": found,
            "has_more": bool(cursor),
            "response_metadata": {"next_cursor": cursor},
        }

    def _chat_post_message(self, args: Args) -> Json:
        channel = self._writable(rules.needed(args, "channel"))
        content = rules.content(args)
        thread = self._root(channel, args)
        blocks = content.blocks or ()
        username = str(args.get("username") or "") or None
        if username is not None and "chat:write.customize" not in self.scopes:
            raise Refused("missing_scope")
        posted: list[Message] = []
        for text in rules.pieces(content.text or "", with_blocks=bool(blocks)):
            message = Message(
                self._workspace.next_ts(),
                self._workspace.bot,
                Words(
                    text,
                    blocks,
                    metadata=content.metadata or None,
                    link_names=content.link_names,
                    unfurl=content.unfurl,
                ),
                thread_ts=thread,
                subtype="bot_message" if username else None,
                username=username,
                broadcast=thread is not None and rules.flag(args.get("reply_broadcast")),
            )
            posted.append(self._workspace.put(channel, message))
            self._publish(channel, payloads.message_event(message, channel))
        self.statuses.pop((channel.id, thread or ""), None)
        first = posted[0]
        return {
            "channel": channel.id,
            "ts": first.ts,
            "message": payloads.message_object(first, channel),
        }

    def _chat_update(self, args: Args) -> Json:
        channel = self._writable(rules.needed(args, "channel"))
        message = self._own(channel, args, "cant_update_message")
        content = rules.content(args)
        rules.check_update(content.text)
        kept = message.words.metadata if content.metadata is None else content.metadata or None
        before = payloads.message_object(message, channel)
        # Text without blocks takes the old blocks away (docs.slack.dev, chat.update).
        words = Words(
            content.text or "",
            content.blocks or (),
            metadata=kept,
            link_names=content.link_names,
        )
        self._workspace.change(message, words)
        self._publish(channel, payloads.changed_event(before, message, channel))
        said = payloads.message_object(message, channel)
        return {
            "channel": channel.id,
            "ts": message.ts,
            "text": message.words.text,
            "message": said,
        }

    def _chat_delete(self, args: Args) -> Json:
        channel = self._writable(rules.needed(args, "channel"))
        message = self._own(channel, args, "cant_delete_message")
        before = payloads.message_object(message, channel)
        at = self._workspace.remove(channel, message)
        self._publish(channel, payloads.deleted_event(before, channel, at))
        return {"channel": channel.id, "ts": message.ts}

    def _chat_post_ephemeral(self, args: Args) -> Json:
        channel = self._writable(rules.needed(args, "channel"))
        if rules.needed(args, "user") not in self._workspace.people:
            raise Refused("user_not_in_channel")
        self._root(channel, args)
        rules.content(args)
        ts = self._workspace.next_ts()
        self.ephemerals.append({**args, "ts": ts})
        return {"message_ts": ts}

    def _set_status(self, args: Args) -> Json:
        channel = self._joined(rules.needed(args, "channel_id"))
        thread = rules.needed(args, "thread_ts")
        if thread not in channel.messages:
            raise Refused("thread_not_found")
        if args.get("status"):
            self.statuses[channel.id, thread] = str(args["status"])
        else:
            self.statuses.pop((channel.id, thread), None)
        return {}

    def _visible(self, channel_id: str) -> Channel:
        """The channel, unless it is one that the bot must not even know of."""
        person = self._workspace.people.get(channel_id)
        channel = self._workspace.channels.get(channel_id)
        if person is not None and person.bot_id is None:
            channel = self._workspace.dm(person)  # a user's id stands for the DM with them
        if channel is None or (channel.kind is not Kind.CHANNEL and not self._is_in(channel)):
            raise Refused("channel_not_found")
        return channel

    def _joined(self, channel_id: str) -> Channel:
        channel = self._visible(channel_id)
        if not self._is_in(channel):
            raise Refused("not_in_channel")
        return channel

    def _writable(self, channel_id: str) -> Channel:
        channel = self._joined(channel_id)
        if channel.archived:
            raise Refused("is_archived")
        return channel

    def _is_in(self, channel: Channel) -> bool:
        return self._workspace.bot.id in channel.people

    def _root(self, channel: Channel, args: Args) -> str | None:
        """The thread to post in; Slack's own documents warn of giving a reply's ts here."""
        thread = args.get("thread_ts")
        if thread in (None, ""):
            return None
        root = channel.messages.get(str(thread))
        if root is None or root.thread_ts is not None:
            raise Refused("thread_not_found")
        return root.ts

    def _own(self, channel: Channel, args: Args, otherwise: str) -> Message:
        message = channel.messages.get(rules.needed(args, "ts"))
        if message is None:
            raise Refused("message_not_found")
        if message.author != self._workspace.bot:
            raise Refused(otherwise)
        return message


def _between(messages: list[Message], args: Args) -> list[Message]:
    """The messages from `oldest` to `latest`; the ends themselves only with `inclusive`."""
    oldest, latest = str(args.get("oldest") or "0"), str(args.get("latest") or "9" * 10)
    inclusive = rules.flag(args.get("inclusive"))
    return [
        message
        for message in messages
        if _key(oldest) < _key(message.ts) < _key(latest)
        or (inclusive and message.ts in (oldest, latest))
    ]


def _key(ts: str) -> tuple[int, int]:
    try:
        seconds, _, micros = ts.partition(".")
        return int(seconds), int(f"{micros:0<6}")
    except ValueError:
        raise Refused("invalid_ts_latest") from None


def _page(messages: list[Message], args: Args, limit: int) -> tuple[list[Message], str]:
    """One page and the cursor to the next, empty at the end; only the first holds the root."""
    start = 0
    if cursor := args.get("cursor"):
        following = _decoded(str(cursor))
        start = next((i for i, m in enumerate(messages) if m.ts == following), -1)
        if start < 0:
            raise Refused("invalid_cursor")
    page, rest = messages[start : start + limit], messages[start + limit :]
    return page, base64.b64encode(f"next_ts:{rest[0].ts}".encode()).decode() if rest else ""


def _decoded(cursor: str) -> str:
    try:
        return base64.b64decode(cursor, validate=True).decode().removeprefix("next_ts:")
    except (binascii.Error, UnicodeDecodeError):
        raise Refused("invalid_cursor") from None
