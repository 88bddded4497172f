"""The calls to Discord's REST API: each once for its caller, and errors in our own words."""

import math
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import discord

from adapters.discord.calls import call
from adapters.discord.events import Where
from adapters.discord.limits import Limits
from adapters.discord.responses import Tokens
from adapters.discord.snowflakes import number
from adapters.discord.trouble import SHUT_OUT, THREAD_EXISTS, code_of, has_expired
from adapters.discord.webhook import Webhook
from bot.errors import Denied, PlatformError
from bot.ports import Token

API_URL: Final = "https://discord.com/api/v10"

_THREADS: Final = frozenset({10, 11, 12})  # types of channels: of news, public, private
_TYPING = 8.0  # seconds; clients show it for ten
_TYPINGS = 2  # in a second, of all that Discord takes from a bot: it is an ornament
_RETRY = 60.0  # seconds; refusals count, and too many have us banned
_QUIET_MINUTES: Final = 4320  # until Discord puts a thread aside: three days


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours as Discord has it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Channel:
    """Where a channel lies, and how many messages a thread holds besides its root."""

    where: Where
    messages: int = 0


class Web:
    """Discord's REST API over the connections of *client*; raises only platform errors.

    Each call takes *token* as it is by then, None for the one that *client* logged in with.

    discord.py waits within a call while its bucket is spent, and repeats what got a 5xx, a post
    with the same nonce. A call that is under way must not be cancelled. *limits* are what is known
    of its rates, *tokens* those of our responses to commands, which *webhook* takes.
    """

    def __init__(self, client: discord.Client, limits: Limits, token: Token | None = None) -> None:
        self._logged_in = client
        self._token = token
        self.limits = limits
        self.tokens = Tokens()
        self.webhook = Webhook(lambda: self._client)
        self._typing: dict[int, float] = {}  # since when, by channel
        self._threadless: dict[int, float] = {}

    @property
    def _client(self) -> discord.Client:
        if self._token is not None:
            self._logged_in.http.token = self._token()  # read anew for each call
        return self._logged_in

    @property
    def us(self) -> str:
        """Our own user id; logged in, or nothing can be asked."""
        assert self._logged_in.user is not None
        return str(self._logged_in.user.id)

    async def post(
        self,
        channel: int,
        text: str,
        nonce: str,
        buttons: discord.ui.View | None = None,
        reply_to: int | None = None,
        behind: str | None = None,
    ) -> Posted:
        """A new message, or what was posted with the same *nonce* in the past few minutes.

        It is a reply to the message *reply_to* of the channel, where that still stands. Where we
        may not write, it goes *behind* that response to a command, for as long as its token lives;
        Discord keeps no nonce of such a message.
        """
        try:
            return await self._post(channel, text, nonce, buttons, reply_to)
        except Denied as denied:
            response = number(behind or "")
            token = self.tokens.of(response, time.monotonic())
            if token is None or code_of(denied) not in SHUT_OUT:
                raise
        posted = await self.webhook.follow_up(token, text, buttons, alone=False)
        self.tokens.follow(number(posted), response)
        return Posted(posted, text)

    async def _post(
        self,
        channel: int,
        text: str,
        nonce: str,
        buttons: discord.ui.View | None,
        reply_to: int | None,
    ) -> Posted:
        replied: dict[str, Any] = {}
        if reply_to is not None:
            replied["reference"] = discord.MessageReference(
                message_id=reply_to, channel_id=channel, fail_if_not_exists=False
            )
        async with call("create_message"):
            place = self._client.get_partial_messageable(channel)
            message = await place.send(
                text,
                nonce=nonce,
                view=buttons or discord.utils.MISSING,
                suppress_embeds=True,
                allowed_mentions=discord.AllowedMentions.none(),
                **replied,
            )
            return Posted(str(message.id), message.content)

    async def edit(
        self, channel: int, message: int, text: str, buttons: discord.ui.View | None = None
    ) -> None:
        """Let a message of ours say *text*; its embeds stay suppressed.

        A response to a command is edited by its token for as long as Discord takes that.
        """
        token = self.tokens.of(message, time.monotonic())
        if token is not None:
            try:
                behind = message if self.tokens.follows(message) else None
                return await self.webhook.respond(token, text, buttons, behind)
            except Denied as denied:
                if not has_expired(denied):
                    raise
                self.tokens.drop(message)
        async with call("edit_message"):
            await self._partial(channel, message).edit(
                content=text, view=buttons, allowed_mentions=discord.AllowedMentions.none()
            )
        return None

    async def delete(self, channel: int, message: int) -> None:
        """Take a message of ours away; by the token that it was posted with, where we know it."""
        token = self.tokens.of(message, time.monotonic())
        if token is not None:
            try:
                behind = message if self.tokens.follows(message) else None
                return await self.webhook.delete(token, behind)
            except Denied as denied:
                if not has_expired(denied):
                    raise
                self.tokens.drop(message)
        async with call("delete_message"):
            await self._partial(channel, message).delete()
        return None

    async def start_thread(self, channel: int, message: int, name: str) -> None:
        """Let a thread hang on *message*; one that does already is as good."""
        try:
            async with call("start_thread"):
                # The library's own method wants the guild in a cache.
                await self._client.http.start_thread_with_message(
                    channel, message, name=name, auto_archive_duration=_QUIET_MINUTES
                )
        except Denied as denied:
            if code_of(denied) != THREAD_EXISTS:
                raise

    def note_threadless(self, channel: int) -> None:
        """In *channel* we were not let open a thread: nobody is to try again for a minute."""
        now = time.monotonic()
        self._threadless = {one: at for one, at in self._threadless.items() if now < at + _RETRY}
        self._threadless[channel] = now

    def is_threadless(self, channel: int) -> bool:
        """Whether we were not let open a thread in *channel* of late."""
        return time.monotonic() < self._threadless.get(channel, -math.inf) + _RETRY

    async def unarchive(self, thread: int) -> None:
        """Bring a thread back that was put aside; Denied where it is locked."""
        async with call("modify_channel"):
            await self._client.http.edit_channel(thread, archived=False)

    async def dm(self, person: int) -> int:
        """The channel of our DM with the user *person*; that it is there lets nobody write yet."""
        async with call("create_dm"):
            return int((await self._client.http.start_private_message(person))["id"])

    async def typing(self, channel: int) -> None:
        """Show for ten seconds that we write, unless that is shown already."""
        now = time.monotonic()
        self._typing = {one: at for one, at in self._typing.items() if now < at + _TYPING}
        lately = sum(now < at + 1 for at in self._typing.values())
        if channel in self._typing or lately >= _TYPINGS:
            return
        self._typing[channel] = now  # before it is: many may begin to write at once
        try:
            async with call("trigger_typing"):
                await self._client.http.send_typing(channel)
        except PlatformError:
            self._typing.pop(channel, None)
            raise

    async def message(self, channel: int, message: int) -> discord.Message:
        """One message."""
        async with call("get_message"):
            return await self._client.get_partial_messageable(channel).fetch_message(message)

    async def messages(
        self,
        channel: int,
        *,
        guild: int | None = None,
        before: int | None = None,
        after: int | None = None,
        limit: int,
    ) -> AsyncIterator[discord.Message]:
        """At most *limit* messages: the newest first, or after *after* the oldest.

        They know of the *guild* that the channel lies in where it is named.
        """
        place = self._client.get_partial_messageable(channel, guild_id=guild)
        found = place.history(limit=limit, before=_bound(before), after=_bound(after))
        while True:
            async with call("get_messages"):
                message = await anext(found, None)
            if message is None:
                return
            yield message

    async def channel(self, channel: int) -> Channel:
        """Where the channel or thread *channel* lies."""
        async with call("get_channel"):
            # As it comes: the library ends at a channel without what Discord calls optional.
            found: Any = await self._client.http.get_channel(channel)
            guild, is_thread = found.get("guild_id"), found["type"] in _THREADS
            parent = str(found["parent_id"]) if is_thread else None
            where = Where(None if guild is None else str(guild), str(found["id"]), parent)
            return Channel(where, found.get("message_count", 0))

    def _partial(self, channel: int, message: int) -> discord.PartialMessage:
        return self._client.get_partial_messageable(channel).get_partial_message(message)


def _bound(snowflake: int | None) -> discord.Object | None:
    return None if snowflake is None else discord.Object(snowflake)
