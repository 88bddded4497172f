"""What Slack sends when a person presses a button below a message."""

import time
import uuid

from sandbox.slack.interacting import NotOffered
from sandbox.slack.markup import Json
from sandbox.slack.workspace import APP, TEAM, Channel, Message, Person

INTERACTIVE = "block_actions"


def buttons(message: Message) -> list[Json]:
    """The buttons that stand below *message*."""
    return [
        element
        for block in message.words.blocks
        if block["type"] == "actions"
        for element in block["elements"]
        if element["type"] == "button"
    ]


def pressed(person: Person, place: Channel, message: Message, action_id: str) -> Json:
    """The payload of the press of *action_id* below *message*.

    Raises NotOffered where no such button stands there.
    """
    found = [one for one in buttons(message) if one["action_id"] == action_id]
    if not found:
        raise NotOffered(f"{message.ts} has no button {action_id} to press")
    action = {key: value for key, value in found[0].items() if key != "style"}
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": place.id,
        "is_ephemeral": False,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    return {
        "type": INTERACTIVE,
        "user": {"id": person.id, "name": person.name, "team_id": person.team},
        "api_app_id": APP,
        "container": container,
        "trigger_id": uuid.uuid4().hex,
        "team": {"id": TEAM, "domain": "sandbox"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": place.id, "name": place.name},
        "actions": [action | {"block_id": "b1", "action_ts": f"{time.time():.6f}"}],
    }
