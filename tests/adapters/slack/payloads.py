"""Events as Slack sends them, for the rooms that only read."""

from typing import Any

from adapters.slack.identity import Identity

US = Identity(workspace="T1", user="UBOT", bot="BBOT", team="T1")
TS = "1795366434.000001"
ROOT = "1795366400.000001"

Json = dict[str, Any]


def message(**changed: object) -> Json:
    """A `message` event's payload; *changed* fields replace the event's, None removes one."""
    event: Json = {
        "type": "message",
        "user": "U1",
        "ts": TS,
        "text": "hello",
        "team": "T1",
        "channel": "C1",
        "channel_type": "channel",
        "event_ts": TS,
    }
    event |= changed
    return around({name: value for name, value in event.items() if value is not None})


def mention(**changed: object) -> Json:
    """An `app_mention` event's payload; it has no channel type."""
    said = {"type": "app_mention", "text": "<@UBOT> hello", "channel_type": None}
    return message(**(said | changed))


def around(event: object) -> Json:
    """*event* in its envelope."""
    receiver = {"enterprise_id": None, "team_id": "T1", "is_enterprise_install": False}
    return {
        "team_id": "T1",
        "context_team_id": "T1",
        "api_app_id": "A1",
        "event": event,
        "type": "event_callback",
        "event_id": "Ev1",
        "authorizations": [receiver],
        "is_ext_shared_channel": False,
    }
