"""Who people are and what channels are called, as Slack tells it."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from adapters.slack.identity import Identity
from adapters.slack.lookups import Lookups
from adapters.slack.messages import Said
from adapters.slack.reading import Named, clean, decode, named, without_call
from adapters.slack.web import Web
from adapters.slack.wire import fields, text
from bot.model import Author, Standing

WAIT = 1.5  # seconds that a message waits for names; Slack wants its acknowledgement within 3


@dataclass(frozen=True, slots=True)
class Person:
    """A user of Slack: the name that people see, what they are to us, and their locale."""

    name: str
    standing: Standing
    language: str | None


class People:
    """Names and standings by id.

    Nothing here raises: a message whose author cannot be looked up is better answered to
    "somebody" than not at all.
    """

    def __init__(self, web: Web, us: Identity) -> None:
        self._web = web
        self._us = us
        self._users = Lookups(self._ask_user, clock=time.monotonic)
        self._channels = Lookups(self._ask_channel, clock=time.monotonic)

    async def know(self, said: Collection[Said], wait: float = WAIT) -> "Known":
        """The people who wrote *said*, and all whom they name, after at most *wait* seconds."""
        wanted = [named(message.text) for message in said]
        writers = {message.user for message in said if message.user is not None}
        users = writers.union(*(names.users for names in wanted))
        channels = frozenset[str]().union(*(names.channels for names in wanted))
        return await self._look_up(Named(frozenset(users), channels), wait)

    async def close(self) -> None:
        """Give up the look-ups that are under way."""
        await self._users.close()
        await self._channels.close()

    async def _look_up(self, wanted: Named, wait: float) -> "Known":
        started = time.monotonic()
        users = await self._users.get(wanted.users, wait)
        left = max(0.0, wait - (time.monotonic() - started))
        channels = await self._channels.get(wanted.channels, left)
        return Known(users, channels, self._us)

    async def _ask_user(self, user: str) -> Person:
        answer = await self._web.read("users.info", user=user, include_locale=True)
        raw = fields(answer.body.get("user"))
        profile = fields(raw.get("profile"))
        names = (profile.get("display_name"), profile.get("real_name"), raw.get("real_name"))
        return Person(
            _first_readable((*names, raw.get("name"))), self._standing(raw), text(raw.get("locale"))
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
        if person is None:
            home = self.us.at_home(said.team)
            standing = Standing.MEMBER if home else Standing.EXTERNAL
            return Author(said.user or "", "somebody", standing)
        return Author(said.user or "", person.name, person.standing)

    def text(self, said: Said) -> str:
        """What *said* says, as a person reads it, without the call to us that it begins with."""
        return decode(without_call(said.text, self.us.user), self.names)

    def language(self, said: Said) -> str | None:
        """The locale of who wrote *said*."""
        person = self.users.get(said.user or "")
        return None if person is None else person.language


def _first_readable(names: Iterable[object], otherwise: str = "somebody") -> str:
    cleaned = (clean(text(name) or "") for name in names)
    return next((name for name in cleaned if name), otherwise)
