"""What our app is told of what happens: the right event, where it may know of it."""

import functools
from collections.abc import Callable

from sandbox.discord import payloads
from sandbox.discord.gateway import Gateway
from sandbox.discord.markup import Json
from sandbox.discord.model import Channel, Flag, Guild, Message
from sandbox.discord.payloads import View
from sandbox.discord.permissions import Permission
from sandbox.discord.pulse import Pulse
from sandbox.discord.sessions import Dispatch, Intent
from sandbox.discord.world import World


class Events:
    """Tells the *gateway* of the *world*, and lets the *pulse* beat."""

    def __init__(self, world: World, gateway: Gateway, pulse: Pulse) -> None:
        self._world = world
        self._gateway = gateway
        self._pulse = pulse

    def created(self, message: Message) -> None:
        """*message* was written; where it has addresses, their previews follow."""
        self._message("MESSAGE_CREATE", message, View.FRESH)
        if message.unfurled:
            self._message("MESSAGE_UPDATE", message)

    def changed(self, message: Message) -> None:
        """*message* reads or looks otherwise; only its own edits bear a time."""
        self._message("MESSAGE_UPDATE", message)

    def deleted(self, message: Message) -> None:
        """*message* is gone."""
        self._tell("MESSAGE_DELETE", message.channel, payloads.deleted_event(message))
        self._pulse.beat()

    def channel(self, happened: str, channel: Channel, **more: object) -> None:
        """A channel or thread was made, changed or deleted: ``CREATE``, ``UPDATE``, ``DELETE``."""
        data = payloads.channel_object(channel, self._world) | more
        kind = "THREAD" if channel.is_thread else "CHANNEL"
        if channel.guild is not None:
            self._tell(f"{kind}_{happened}", channel, data, Intent.GUILDS)
        self._pulse.beat()

    def guild(self, guild: Guild) -> None:
        """Our app came into *guild*."""
        data = payloads.guild_object(guild, self._world)
        self._gateway.publish(Dispatch("GUILD_CREATE", data, guild.id, Intent.GUILDS))

    def interaction(self, channel: Channel, data: Json) -> None:
        """Somebody used a command, a button or a modal of our app; needs no intent."""
        guild = None if channel.guild is None else channel.guild.id
        self._gateway.publish(Dispatch("INTERACTION_CREATE", data, guild))
        self._pulse.beat()

    def _message(self, name: str, message: Message, view: View = View.WHOLE) -> None:
        if Flag.EPHEMERAL not in message.flags:
            said = payloads.message_event(message, self._world, view)
            bare = functools.partial(payloads.message_event, message, self._world, View.BARE)
            self._tell(name, message.channel, said, bare=bare)
        self._pulse.beat()

    def _tell(
        self,
        name: str,
        channel: Channel,
        data: Json,
        intent: Intent | None = None,
        bare: Callable[[], Json] | None = None,
    ) -> None:
        if channel.guild is None:
            found = intent or Intent.DIRECT_MESSAGES
            self._gateway.publish(Dispatch(name, data, None, found, bare))
        elif Permission.VIEW_CHANNEL in self._world.may(self._world.bot, channel):
            found = intent or Intent.GUILD_MESSAGES
            self._gateway.publish(Dispatch(name, data, channel.guild.id, found, bare))
