"""The places where people talk, made and changed: guilds, channels, forums, threads, DMs."""

import time
from collections.abc import Sequence

from sandbox.discord.application import Application
from sandbox.discord.channels import Channels
from sandbox.discord.events import Events
from sandbox.discord.gateway import Gateway
from sandbox.discord.markup import Json
from sandbox.discord.model import APPLICATION, Channel, Guild, Kind, Person, Role
from sandbox.discord.permissions import NOTHING, Permission
from sandbox.discord.pulse import Pulse
from sandbox.discord.sessions import Intent
from sandbox.discord.world import World


class Places:
    """Guilds and people, and our app as one of them; ids stand for all places.

    Where a guild is asked for and none is named, it is the first one, made where there is none.
    """

    def __init__(self, bot_name: str) -> None:
        self._world = World(bot_name, lambda: time.time_ns() // 1_000_000)
        self._pulse = Pulse()
        self._app = Application(bot_name)
        self.gateway = Gateway(self._app, self._world, self._pulse)
        self._events = Events(self._world, self.gateway, self._pulse)
        self._channels = Channels(self._world, self._events)

    @property
    def bot(self) -> Person:
        """Our app, as people meet it."""
        return self._world.bot

    @property
    def bot_user(self) -> str:
        """The user id of our app, another than its application's."""
        return self._world.bot.id

    @property
    def application(self) -> str:
        """The id of our application."""
        return APPLICATION

    @property
    def commands(self) -> list[Json]:
        """The global commands that our app synced."""
        return self._app.commands

    @property
    def message_content(self) -> bool:
        """Whether our app may read what people say without mentioning it."""
        return Intent.MESSAGE_CONTENT in self._app.privileged

    @message_content.setter
    def message_content(self, granted: bool) -> None:
        self._app.privileged = Intent.MESSAGE_CONTENT if granted else Intent(0)

    @property
    def starts_left(self) -> int:
        """How often our app may still identify today."""
        return self._app.starts_left

    @starts_left.setter
    def starts_left(self, times: int) -> None:
        self._app.starts_left = times

    @property
    def interactions_endpoint_url(self) -> str | None:
        """Where interactions are sent in place of the gateway, as set up by the owner."""
        return self._app.interactions_endpoint_url

    @interactions_endpoint_url.setter
    def interactions_endpoint_url(self, address: str | None) -> None:
        self._app.interactions_endpoint_url = address

    def guild(self, name: str) -> str:
        """The id of a new guild that our app is in."""
        guild = self._world.add_guild(name)
        self._events.guild(guild)
        return guild.id

    def role(
        self, name: str, *, guild: str | None = None, permissions: Permission = NOTHING
    ) -> str:
        """The id of a new role; clients learn of it when they identify anew."""
        place = self._guild(guild)
        role = Role(self._world.new_id(), name, permissions)
        place.roles[role.id] = role
        return role.id

    def app_role(self, guild: str | None = None) -> str:
        """The id of the role that came with our app, and has its name."""
        return self._guild(guild).app_role

    def person(
        self,
        name: str,
        *,
        nick: str | None = None,
        bot: bool = False,
        roles: Sequence[str] = (),
        manage_channels: bool = False,
        locale: str = "en-US",
    ) -> Person:
        """A person who is in every guild, or with *bot* the user of another app."""
        identity = self._world.new_id()
        person = Person(identity, name, nick, bot, tuple(roles), manage_channels, locale)
        self._world.people[identity] = person
        return person

    def channel(
        self, name: str, *, guild: str | None = None, permissions: Permission | None = None
    ) -> str:
        """The id of a new text channel; *permissions* is all that our app may do in it.

        None leaves it with what the guild grants.
        """
        return self._place(name, Kind.TEXT, guild, permissions)

    def forum(
        self, name: str, *, guild: str | None = None, permissions: Permission | None = None
    ) -> str:
        """The id of a new forum, whose threads are its posts."""
        return self._place(name, Kind.FORUM, guild, permissions)

    def dm(self, person: Person) -> str:
        """The id of the DM between *person* and our app."""
        return self._world.dm(person).id

    def permit(self, channel: str, permissions: Permission | None) -> None:
        """Let our app do just that in *channel*, None for what the guild grants."""
        place = self._world.channels[channel]
        place.permissions = permissions
        self._events.channel("UPDATE", place)

    def slow_mode(self, channel: str, seconds: int) -> None:
        """Let people wait between two messages in *channel*; apps need not."""
        self._world.channels[channel].slow = seconds
        self._events.channel("UPDATE", self._world.channels[channel])

    def rename(self, channel: str, name: str) -> None:
        """Give a channel or thread another name."""
        self._world.channels[channel].name = name
        self._events.channel("UPDATE", self._world.channels[channel])

    def archive(self, thread: str, *, locked: bool = False) -> None:
        """Put *thread* aside; who writes in it brings it back, unless it is *locked*, too."""
        place = self._world.channels[thread]
        place.archived, place.locked, place.archived_at = True, locked, self._world.now()
        self._events.channel("UPDATE", place)

    def lock(self, thread: str) -> None:
        """Let nobody write in *thread* who may not manage threads."""
        self._world.channels[thread].locked = True
        self._events.channel("UPDATE", self._world.channels[thread])

    def unlock(self, thread: str) -> None:
        """Let everybody write in *thread* again."""
        self._world.channels[thread].locked = False
        self._events.channel("UPDATE", self._world.channels[thread])

    def delete_channel(self, channel: str) -> None:
        """Take a channel or thread away, with all that stands in it and below it."""
        place = self._world.channels[channel]
        for thread in list(self._world.threads(place)):
            self.delete_channel(thread.id)
        self._world.drop_channel(place)
        self._events.channel("DELETE", place)

    def name(self, channel: str) -> str:
        """What a channel or thread is called."""
        return self._world.channels[channel].name

    def threads(self, channel: str) -> list[str]:
        """The ids of the threads below *channel*, oldest first."""
        return [thread.id for thread in self._world.threads(self._world.channels[channel])]

    def is_archived(self, thread: str) -> bool:
        """Whether *thread* is put aside."""
        return self._world.channels[thread].archived

    def _guild(self, guild: str | None) -> Guild:
        if guild is not None:
            return self._world.guilds[guild]
        return self._world.guilds[next(iter(self._world.guilds), None) or self.guild("Acme")]

    def _place(
        self, name: str, kind: Kind, guild: str | None, permissions: Permission | None
    ) -> str:
        place = self._guild(guild)
        channel = Channel(self._world.new_id(), name, kind, place, permissions=permissions)
        self._world.add_channel(channel)
        self._events.channel("CREATE", channel)
        return channel.id
