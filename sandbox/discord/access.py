"""Who may reach what: the channels and messages that our app is let near, or the refusal."""

from sandbox.discord.model import Channel, Message
from sandbox.discord.permissions import Permission
from sandbox.discord.rules import Code, Refused
from sandbox.discord.world import World


class Access:
    """Our app's way into *world*. Raises Refused where Discord does."""

    def __init__(self, world: World) -> None:
        self._world = world

    def channel(self, identity: str) -> Channel:
        """The channel, where our app may see it."""
        channel = self._world.channels.get(identity)
        if channel is None:
            raise Refused(Code.UNKNOWN_CHANNEL)
        if Permission.VIEW_CHANNEL not in self._world.may(self._world.bot, channel):
            raise Refused(Code.MISSING_ACCESS)
        return channel

    def message(self, channel: Channel, identity: str) -> Message:
        """The message that stands in *channel*."""
        message = channel.messages.get(identity)
        if message is None:
            raise Refused(Code.UNKNOWN_MESSAGE)
        return message

    def has(self, channel: Channel, permission: Permission) -> bool:
        """Whether our app has *permission* in *channel*."""
        return permission in self._world.may(self._world.bot, channel)

    def need(self, channel: Channel, permission: Permission) -> None:
        """Refuse where our app lacks *permission* in *channel*."""
        if not self.has(channel, permission):
            raise Refused(Code.MISSING_PERMISSIONS)

    def need_open(self, channel: Channel) -> None:
        """Refuse where *channel* is a locked thread that our app cannot open again.

        Discord says of it that it is archived, be it so or not.
        """
        if channel.locked and not self.has(channel, Permission.MANAGE_THREADS):
            raise Refused(Code.LOCKED)
