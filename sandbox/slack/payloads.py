"""The shapes of what Slack sends: messages, events, people and channels."""

import uuid
from collections.abc import Mapping

from sandbox.slack.markup import Json, readable
from sandbox.slack.workspace import APP, OTHER_TEAM, TEAM, Channel, File, Kind, Message, Person


def message_object(message: Message, channel: Channel) -> Json:
    """*message* as the Web API and events give it; metadata is left to whoever asked for it."""
    # What an app posts under another name is told of without its user.
    by: Json = {} if message.username else {"user": message.author.id}
    said: Json = {
        "type": "message",
        **by,
        "ts": message.ts,
        "text": message.words.text,
        "team": message.author.team,
        **_authorship(message),
        **_threading(message, channel),
    }
    if message.subtype:
        said["subtype"] = message.subtype
    if message.words.blocks or message.author.bot_id is None:
        kept = [block for block in message.words.blocks if block["type"] != "markdown"]
        said["blocks"] = kept or _rich_text(message)
    if message.words.files:
        said["files"] = [_file(file, message) for file in message.words.files]
        said["upload"] = False
    # The mark "(edited)" is not shown where an edit brought blocks, and the field follows it.
    if message.edited_at and not message.words.blocks:
        said["edited"] = {"user": message.author.id, "ts": message.edited_at}
    return said


def summary(replies: list[Message]) -> Json:
    """What a root tells of the *replies* below it, of which there is one at least."""
    users = list(dict.fromkeys(reply.author.id for reply in replies))
    return {
        "thread_ts": replies[0].thread_ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }


def message_event(message: Message, channel: Channel) -> Json:
    """The `message` event of a message that was posted."""
    return message_object(message, channel) | {
        "channel": channel.id,
        "event_ts": message.ts,
        "channel_type": channel.kind.value,
    }


def mention_event(message: Message, channel: Channel) -> Json:
    """The `app_mention` event of a message: its `message` event without a channel type."""
    event = message_event(message, channel) | {"type": "app_mention"}
    del event["channel_type"]
    return event


def changed_event(before: Json, message: Message, channel: Channel) -> Json:
    """The event of an edit; *before* is the message object as it was."""
    at = str(message.edited_at)
    # The event tells of the edit even where the client shows no mark of it.
    edited = {"user": message.author.bot_id or message.author.id, "ts": at}
    after = message_object(message, channel) | {
        "edited": edited,
        "source_team": message.author.team,
        "user_team": message.author.team,
    }
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": after,
        "previous_message": before,
        **_hidden(channel, at),
    }


def deleted_event(before: Json, channel: Channel, at: str) -> Json:
    """The event of a deletion at *at*; *before* is the message object as it was."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "deleted_ts": before["ts"],
        **_hidden(channel, at),
    }


def joined_event(person: Person, channel: Channel, at: str) -> Json:
    """The `member_joined_channel` event, which comes beside the message that says so."""
    return {
        "type": "member_joined_channel",
        "user": person.id,
        "channel": channel.id,
        "channel_type": "C" if channel.kind is Kind.CHANNEL else "G",
        "team": TEAM,
        "event_ts": at,
    }


def callback(event: Json, bot: Person, number: int) -> Json:
    """*event* with all that Slack wraps it in; *number* makes its `event_id`."""
    return {
        "token": "sandbox-verification-token",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{number:09X}",
        "event_time": int(float(event["event_ts"])),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": event.get("team") == OTHER_TEAM,
        "event_context": f"4-{number}",
    }


def user_object(person: Person, *, locale: bool) -> Json:
    """*person* as `users.info` tells of them."""
    said: Json = {
        "id": person.id,
        "team_id": person.team,
        "name": person.name.lower().replace(" ", "."),
        "deleted": False,
        "real_name": person.name,
        "tz": "Etc/UTC",
        "is_admin": person.admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_bot": person.bot_id is not None,
        "is_app_user": False,
        "updated": 1766422444,
        "profile": {
            "real_name": person.name,
            "real_name_normalized": person.name,
            "display_name": person.display_name,
            "display_name_normalized": person.display_name,
            "team": person.team,
        },
    }
    if person.external:
        said["is_stranger"] = True
    if person.bot_id is not None:
        said["profile"] |= {"bot_id": person.bot_id, "api_app_id": person.app_id}
    if locale:
        said["locale"] = person.locale
    return said


def bot_profile(person: Person) -> Json:
    """What a message tells of the app that wrote it."""
    return {
        "id": person.bot_id,
        "deleted": False,
        "name": person.name,
        "updated": 1766422444,
        "app_id": person.app_id,
        "user_id": person.id,
        "icons": {},
        "team_id": person.team,
    }


def channel_object(channel: Channel, bot: Person) -> Json:
    """*channel* as `conversations.info` tells of it to *bot*."""
    said: Json = {
        "id": channel.id,
        "is_channel": channel.kind is Kind.CHANNEL,
        "is_group": channel.kind is Kind.GROUP,
        "is_im": channel.kind is Kind.IM,
        "is_mpim": channel.kind is Kind.MPIM,
        "is_private": channel.kind is not Kind.CHANNEL,
        "is_archived": channel.archived,
        "is_ext_shared": False,
        "context_team_id": TEAM,
    }
    if channel.kind is Kind.IM:
        return said | {"user": next(iter(channel.people - {bot.id}))}
    return said | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_member": bot.id in channel.people,
    }


def _authorship(message: Message) -> Mapping[str, object]:
    author = message.author
    if author.bot_id is not None:
        return {
            "bot_id": author.bot_id,
            "app_id": author.app_id,
            **({"username": message.username} if message.username else {}),
            "bot_profile": bot_profile(author),
        }
    by: Json = {"client_msg_id": str(uuid.uuid5(uuid.NAMESPACE_OID, message.ts))}
    return by | ({"user_team": author.team, "source_team": author.team} if author.external else {})


def _threading(message: Message, channel: Channel) -> Mapping[str, object]:
    if message.thread_ts is None:
        return {}
    root = channel.messages.get(message.thread_ts)
    parent = {"parent_user_id": root.author.id} if root else {}
    return {"thread_ts": message.thread_ts, **parent}


def _rich_text(message: Message) -> list[Json]:
    """The translation that Slack keeps of a text or markdown block, as one section."""
    words = readable(message.words.text, {})
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return [{"type": "rich_text", "block_id": "Q1wHJ", "elements": [section]}]


def _file(file: File, message: Message) -> Json:
    identity = f"F{message.ts[-9:].replace('.', '')}"
    address = f"https://files.slack.com/files-pri/{TEAM}-{identity}"
    return {
        "id": identity,
        "created": int(float(message.ts)),
        "name": file.name,
        "title": file.name,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2],
        "user": message.author.id,
        "user_team": message.author.team,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "is_public": True,
        "url_private": f"{address}/{file.name}",
        "url_private_download": f"{address}/download/{file.name}",
        "permalink": f"https://acme.slack.com/files/{message.author.id}/{identity}/{file.name}",
        "file_access": "visible",
    }


def _hidden(channel: Channel, at: str) -> Mapping[str, object]:
    return {
        "channel": channel.id,
        "hidden": True,
        "ts": at,
        "event_ts": at,
        "channel_type": channel.kind.value,
    }
