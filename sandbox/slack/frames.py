"""The frames of Socket Mode that Slack sends."""

from sandbox.slack.markup import Json
from sandbox.slack.workspace import APP


def envelope(envelope_id: str, payload: Json, attempt: int) -> Json:
    """The Socket Mode frame that carries *payload*; *attempt* is 0 on the first delivery."""
    if "event" not in payload:
        kind = "slash_commands" if "command" in payload else "interactive"
        return {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": True,
        }
    return {
        "envelope_id": envelope_id,
        "payload": payload,
        "type": "events_api",
        "accepts_response_payload": False,
        "retry_attempt": attempt,
        "retry_reason": "timeout" if attempt else "",
    }


def hello(connections: int) -> Json:
    """The first frame on a connection; *connections* counts this one too."""
    return {
        "type": "hello",
        "num_connections": connections,
        "debug_info": {
            "host": "applink-sandbox",
            "build_number": 10,
            "approximate_connection_time": 18060,
        },
        "connection_info": {"app_id": APP},
    }


def disconnect(reason: str) -> Json:
    """The frame that asks a client to connect anew."""
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "wss-sandbox"}}
