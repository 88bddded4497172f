"""The shapes of what Discord sends: people, guilds, channels, messages and interactions."""

import enum

from sandbox.discord.markup import Json
from sandbox.discord.model import (
    APPLICATION,
    Channel,
    File,
    Flag,
    Guild,
    Kind,
    Message,
    Person,
    Role,
    Sort,
)
from sandbox.discord.permissions import Permission
from sandbox.discord.world import World, born, moment

_JOINED = "2026-01-01T00:00:00.000000+00:00"


def user_object(person: Person) -> Json:
    """*person* as everybody sees them."""
    said: Json = {
        "id": person.id,
        "username": person.name.lower().replace(" ", "."),
        "global_name": None if person.bot else person.name,
        "discriminator": "0",
        "avatar": None,
    }
    return said | ({"bot": True, "username": person.name} if person.bot else {})


def member_object(person: Person, guild: Guild, world: World) -> Json:
    """*person* as a member of *guild*, without their account."""
    return {
        "nick": person.nick,
        "roles": world.roles_of(person, guild),
        "joined_at": _JOINED,
        "premium_since": None,
        "avatar": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }


def guild_object(guild: Guild, world: World) -> Json:
    """*guild* as `GUILD_CREATE` tells of it, with all that our app may see in it."""
    seen = [
        channel
        for channel in guild.channels.values()
        if Permission.VIEW_CHANNEL in world.may(world.bot, channel)
    ]
    bot = member_object(world.bot, guild, world) | {"user": user_object(world.bot)}
    empty = ("emojis", "stickers", "features", "voice_states", "presences", "stage_instances")
    return {
        "id": guild.id,
        "name": guild.name,
        "owner_id": "1000000000000000003",
        "unavailable": False,
        "large": False,
        "member_count": len(world.people),
        "joined_at": _JOINED,
        "preferred_locale": "en-US",
        "roles": [_role(role, at) for at, role in enumerate(guild.roles.values())],
        "members": [bot],
        "channels": [channel_object(c, world) for c in seen if not c.is_thread],
        "threads": [channel_object(c, world) for c in seen if c.is_thread and not c.archived],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        **{field: [] for field in empty},
    }


def channel_object(channel: Channel, world: World) -> Json:
    """*channel* as the API and events give it."""
    last = max(channel.messages, key=int, default=None)
    said: Json = {"id": channel.id, "type": int(channel.kind), "last_message_id": last, "flags": 0}
    if channel.person is not None:
        return said | {"recipients": [user_object(channel.person)]}
    said |= {"name": channel.name, "rate_limit_per_user": channel.slow}
    if channel.guild is not None:
        said["guild_id"] = channel.guild.id
    if channel.is_thread:
        return said | _thread(channel, world)
    if channel.kind is Kind.FORUM:
        said |= {"available_tags": [], "default_forum_layout": 0, "default_sort_order": None}
    return said | {
        "parent_id": None,
        "position": channel.position,
        "topic": None,
        "nsfw": False,
        "permission_overwrites": _overwrites(channel),
    }


class View(enum.Enum):
    """Who looks at a message, and when.

    BARE is the view of an app without the privilege to read what people say to each other, FRESH
    that of a message whose addresses nobody fetched yet.
    """

    WHOLE = enum.auto()
    FRESH = enum.auto()
    BARE = enum.auto()


def message_object(
    message: Message, world: World, view: View = View.WHOLE, *, quoting: bool = True
) -> Json:
    """*message* as the API gives it; *quoting* adds the message that it is a reply to."""
    users = [world.people[token[2:-1]] for token in message.pings if token[2:-1] in world.people]
    said: Json = {
        "id": message.id,
        "channel_id": message.channel.id,
        "type": int(message.sort),
        "author": user_object(message.author),
        "content": message.words.text,
        "timestamp": moment(born(message.id)),
        "edited_timestamp": None if message.edited_at is None else moment(message.edited_at),
        "tts": False,
        "mention_everyone": any(token in message.pings for token in ("@everyone", "@here")),
        "mentions": [user_object(user) for user in users],
        "mention_roles": [t[3:-1] for t in message.pings if t.startswith("<@&")],
        "attachments": [_attachment(f, at, message) for at, f in enumerate(message.words.files)],
        "embeds": [*message.words.embeds, *_previews(message)],
        "components": list(message.words.components),
        "pinned": False,
        "flags": int(message.flags),
    }
    if message.nonce is not None:
        said["nonce"] = message.nonce
    if message.thread is not None:
        said["thread"] = channel_object(message.thread, world)
    if message.origin is not None:
        said |= _origin(message)
    if view is View.FRESH:
        said["embeds"] = list(message.words.embeds)
    if view is View.BARE and not _is_open(message, world):
        said |= {"content": "", "embeds": [], "attachments": [], "components": []}
    if message.reference is not None:
        said["message_reference"] = _pointer(message.reference)
    return said | (_quoted(message, world, view) if quoting else {})


def message_event(message: Message, world: World, view: View = View.WHOLE) -> Json:
    """*message* as `MESSAGE_CREATE` and `MESSAGE_UPDATE` tell of it."""
    said = message_object(message, world, view)
    if message.channel.guild is not None:
        said["guild_id"] = message.channel.guild.id
        if message.origin is None:
            said["member"] = member_object(message.author, message.channel.guild, world)
    return said


def deleted_event(message: Message) -> Json:
    """The event of a deletion."""
    guild = message.channel.guild
    said: Json = {"id": message.id, "channel_id": message.channel.id}
    return said if guild is None else said | {"guild_id": guild.id}


def _role(role: Role, position: int) -> Json:
    said: Json = {
        "id": role.id,
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.bot is not None,
        "mentionable": False,
        "flags": 0,
    }
    return said if role.bot is None else said | {"tags": {"bot_id": role.bot}}


def _overwrites(channel: Channel) -> list[Json]:
    """The one overwrite that gives our app's role just what it may do in *channel*."""
    if channel.guild is None or channel.permissions is None:
        return []
    bits = int(channel.permissions)
    denied = int(~Permission(0)) & ~bits
    role = channel.guild.app_role
    return [{"id": role, "type": 0, "allow": str(bits), "deny": str(denied)}]


def _thread(channel: Channel, world: World) -> Json:
    people = [message for message in channel.ordered() if message.sort is not Sort.THREAD_STARTER]
    said: Json = {
        "parent_id": channel.parent and channel.parent.id,
        "owner_id": channel.owner,
        "message_count": len(people),
        "total_message_sent": len(people),
        "member_count": len({channel.owner, *(message.author.id for message in people)}),
        "applied_tags": [],
        "thread_metadata": {
            "archived": channel.archived,
            "locked": channel.locked,
            "auto_archive_duration": channel.archive_after,
            "archive_timestamp": moment(channel.archived_at or born(channel.id)),
            "create_timestamp": moment(born(channel.id)),
        },
    }
    if channel.owner == world.bot.id:
        joined = moment(born(channel.id))
        me: Json = {"id": channel.id, "user_id": world.bot.id, "join_timestamp": joined}
        said["member"] = me | {"flags": 0}
    return said


def _previews(message: Message) -> list[Json]:
    """What Discord fetched for the addresses in the present version."""
    if Flag.SUPPRESS_EMBEDS in message.flags:
        return []
    return [
        {"type": "link", "url": address, "title": "A page somewhere"}
        for address in message.unfurled
        if address in message.words.text
    ]


def _is_open(message: Message, world: World) -> bool:
    """Whether our app may read *message* without any privilege."""
    mentioned = f"<@{world.bot.id}>" in message.pings
    return mentioned or message.author == world.bot or message.channel.guild is None


def _quoted(message: Message, world: World, view: View) -> Json:
    replied = message.reference
    if replied is None:
        return {}
    there = replied.id in replied.channel.messages
    quoted = message_object(replied, world, view, quoting=False) if there else None
    return {"referenced_message": quoted}


def _pointer(replied: Message) -> Json:
    pointer: Json = {"type": 0, "channel_id": replied.channel.id, "message_id": replied.id}
    if replied.channel.guild is not None:
        pointer["guild_id"] = replied.channel.guild.id
    return pointer


def _origin(message: Message) -> Json:
    origin = message.origin
    assert origin is not None
    user = user_object(origin.person)
    said: Json = {"id": origin.interaction, "type": origin.type, "user": user}
    whole: Json = {
        "webhook_id": APPLICATION,
        "application_id": APPLICATION,
        "interaction_metadata": said | {"authorizing_integration_owners": {}},
    }
    return whole if origin.name is None else whole | {"interaction": said | {"name": origin.name}}


def _attachment(file: File, at: int, message: Message) -> Json:
    identity = str(int(message.id) + at + 1)
    address = f"https://cdn.discordapp.com/attachments/{message.channel.id}/{identity}/{file.name}"
    return {
        "id": identity,
        "filename": file.name,
        "content_type": file.content_type,
        "size": file.size,
        "url": address,
        "proxy_url": address,
    }
