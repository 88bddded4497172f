"""Who people are and what channels are called, as Slack tells it."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from adapters.slack.identity import Identity
from adapters.slack.lookups import KEPT_SECONDS, Lookups
from adapters.slack.messages import Said
from adapters.slack.reading import clean, decode, named, without_call
from adapters.slack.trouble import code_of
from adapters.slack.web import Web
from adapters.slack.wire import fields, text
from bot.errors import PlatformError, Unreachable
from bot.model import Author, Standing
from bot.ports import BucketSpec

# Seconds that a message waits; Slack wants its acknowledgement within 3.
WAIT = 1.5  # for names
AUTHOR_WAIT = 2.5  # for who wrote it
RIGHTS_KEPT = 30.0  # for who manages: who does no more changes nothing after that

# Slack documents "100+" a minute for users.info, "50+" for conversations.info; no minute, wherever
# it begins, holds more than 90 and 45. The burst names the people of most threads at once.
_USERS = BucketSpec("slack.users", rate=(90 - 40) / 60, burst=40)
_CHANNELS = BucketSpec("slack.channels", rate=(45 - 15) / 60, burst=15)


@dataclass(frozen=True, slots=True)
class Person:
    """A user of Slack: the name that people see, what they are to us, and their locale.

    *standing* is None where Slack tells us of nobody: then only the message's team can say.
    """

    name: str
    standing: Standing | None
    language: str | None
    manages: bool = False  # an admin or owner of the workspace


class People:
    """Names and standings by id."""

    def __init__(
        self, web: Web, us: Identity, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._web = web
        self._us = us
        self._users = Lookups(self._ask_user, _USERS, clock=clock, kept=_kept)
        self._channels = Lookups(self._ask_channel, _CHANNELS, clock=time.monotonic)

    async def hear(self, said: Said) -> "Known":
        """Who wrote *said*, a message that has just come, and whom it names.

        Raises Unreachable where Slack does not tell within 2.5 s who wrote it: what a person may
        do is not guessed.
        """
        started = time.monotonic()
        if said.user is not None and said.bot is None:
            try:
                await self._users.first(said.user, AUTHOR_WAIT)
            except TimeoutError as late:
                raise Unreachable(
                    "slack.unreachable", method="users.info", reason="not in time"
                ) from late
        return await self.know([said], max(0.0, WAIT - (time.monotonic() - started)))

    async def know(self, said: Sequence[Said], wait: float = WAIT) -> "Known":
        """The people who wrote *said*, and those whom they name, after at most *wait* seconds.

        Where they are too many to ask for all, those of the last messages come first. Never raises.
        """
        newest = said[::-1]
        names = [named(f"{message.text} {message.quoted}") for message in newest]
        writers = (message.user for message in newest if message.user is not None)
        users = dict.fromkeys((*writers, *(user for each in names for user in each.users)))
        channels = dict.fromkeys(channel for each in names for channel in each.channels)
        return await self._look_up(tuple(users), tuple(channels), wait)

    async def close(self) -> None:
        """Give up the look-ups that are under way."""
        await self._users.close()
        await self._channels.close()

    async def _look_up(
        self, user_ids: Sequence[str], channel_ids: Sequence[str], wait: float
    ) -> "Known":
        started = time.monotonic()
        users = await self._users.get(user_ids, wait)
        left = max(0.0, wait - (time.monotonic() - started))
        channels = await self._channels.get(channel_ids, left)
        return Known(users, channels, self._us)

    async def _ask_user(self, user: str) -> Person:
        try:
            answer = await self._web.read("users.info", user=user, include_locale=True)
        except PlatformError as error:
            if not _tells_of_nobody(error):
                raise
            return Person(user, None, None)  # the id, so that people are told apart all the same
        raw = fields(answer.body.get("user"))
        profile = fields(raw.get("profile"))
        names = (profile.get("display_name"), profile.get("real_name"), raw.get("real_name"))
        return Person(
            _first_readable((*names, raw.get("name"))),
            self._standing(raw),
            text(raw.get("locale")),
            any(raw.get(f"is_{role}") is True for role in ("admin", "owner", "primary_owner")),
        )

    def _standing(self, raw: Mapping[str, object]) -> Standing:
        if raw.get("is_bot") is True:
            return Standing.BOT
        # Within one organisation somebody of another workspace is a colleague, no stranger.
        org = text(fields(raw.get("enterprise_user")).get("enterprise_id"))
        colleague = org is not None and org == self._us.enterprise
        if raw.get("is_stranger") is True or not (
            colleague or self._us.at_home(text(raw.get("team_id")))
        ):
            return Standing.EXTERNAL
        guest = raw.get("is_restricted") is True or raw.get("is_ultra_restricted") is True
        return Standing.GUEST if guest else Standing.MEMBER

    async def _ask_channel(self, channel: str) -> str:
        answer = await self._web.read("conversations.info", channel=channel)
        return _first_readable((fields(answer.body.get("channel")).get("name"),), "channel")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the people and channels in some messages."""

    users: Mapping[str, Person]
    channels: Mapping[str, str]
    us: Identity

    @property
    def names(self) -> Mapping[str, str]:
        """Every name by its id, for `reading.decode`."""
        return {**self.channels, **{id_: person.name for id_, person in self.users.items()}}

    def author(self, said: Said) -> Author:
        """Who wrote *said*. A bot goes by the name it gave itself for this message."""
        person = self.users.get(said.user or "")
        if said.bot is not None:
            name = said.name or (person and person.name) or "bot"
            return Author(said.user or said.bot, name, Standing.BOT)
        home = self.us.at_home(said.team)
        if person is None:
            standing = Standing.UNKNOWN if home else Standing.EXTERNAL
            return Author(said.user or "", "somebody", standing)
        by_team = Standing.MEMBER if home else Standing.EXTERNAL
        return Author(said.user or "", person.name, person.standing or by_team)

    def manages(self, said: Said) -> bool:
        """Whether who wrote *said* is an admin or owner of our workspace, and no bot."""
        person = self.users.get(said.user or "")
        ours = self.author(said).standing is Standing.MEMBER
        return ours and person is not None and person.manages

    def text(self, said: Said) -> str:
        """What *said* says, as a person reads it, without the call to us that it begins with.

        What it passes on of others stands below, quoted.
        """
        spoken = without_call(said.text, self.us.user)
        return decode("\n\n".join(part for part in (spoken, said.quoted) if part), self.names)

    def language(self, said: Said) -> str | None:
        """The locale of who wrote *said*."""
        person = self.users.get(said.user or "")
        return None if person is None else person.language


def _kept(person: Person) -> float:
    return RIGHTS_KEPT if person.manages else KEPT_SECONDS


def _tells_of_nobody(error: PlatformError) -> bool:
    """Whether *error* says that this Slack answers no such question, whomever it is about."""
    missing = error.arguments.get("reason") == "HTTP 404"
    return missing or code_of(error) in {"missing_scope", "unknown_method", "method_deprecated"}


def _first_readable(names: Iterable[object], otherwise: str = "somebody") -> str:
    cleaned = (clean(text(name) or "") for name in names)
    return next((name for name in cleaned if name), otherwise)
