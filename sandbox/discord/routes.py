"""Pure: the endpoints by the names that Discord's own documents give them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sandbox.discord.model import File
from sandbox.discord.rules import Args


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint; *bucket* names the rate limit that it draws from, None for none of its own.

    An *open* one carries its own token in the path, needs no other, and is not counted in the
    global limit.
    """

    method: str
    path: str
    bucket: str | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A call as an endpoint sees it: the ids in its path, its query, its body and its files."""

    ids: Mapping[str, str]
    query: Args
    body: Any
    files: tuple[File, ...] = ()

    @property
    def args(self) -> Args:
        """The body, where it is an object; empty where there is none."""
        body: object = self.body
        return cast("Args", body) if isinstance(body, dict) else {}


Endpoint = Callable[[Asked], Any]
"""Answers with what is sent as JSON, None for no content. Raises Refused."""

_CHANNEL = "/channels/{channel}"
_MESSAGE = "/channels/{channel}/messages/{message}"
_WEBHOOK = "/webhooks/{application}/{token}"
_ORIGINAL = "/webhooks/{application}/{token}/messages/@original"
_FOLLOWUP = "/webhooks/{application}/{token}/messages/{message}"
_COMMANDS = "/applications/{application}/commands"
_GUILD_COMMANDS = "/applications/{application}/guilds/{guild}/commands"

ROUTES: Mapping[str, Route] = {
    "get_current_user": Route("GET", "/users/@me"),
    "get_current_user_guilds": Route("GET", "/users/@me/guilds"),
    "get_user": Route("GET", "/users/{user}"),
    "get_guild_member": Route("GET", "/guilds/{guild}/members/{user}"),
    "get_current_bot_application": Route("GET", "/oauth2/applications/@me"),
    "get_current_application": Route("GET", "/applications/@me"),
    "get_gateway_bot": Route("GET", "/gateway/bot"),
    "get_global_commands": Route("GET", _COMMANDS),
    "overwrite_global_commands": Route("PUT", _COMMANDS),
    "get_guild_commands": Route("GET", _GUILD_COMMANDS),
    "overwrite_guild_commands": Route("PUT", _GUILD_COMMANDS),
    "create_dm": Route("POST", "/users/@me/channels"),
    "get_channel": Route("GET", _CHANNEL),
    "modify_channel": Route("PATCH", _CHANNEL),
    "trigger_typing": Route("POST", _CHANNEL + "/typing"),
    "start_thread_without_message": Route("POST", _CHANNEL + "/threads"),
    "start_thread_from_message": Route("POST", _MESSAGE + "/threads"),
    "join_thread": Route("PUT", _CHANNEL + "/thread-members/@me"),
    "list_active_threads": Route("GET", "/guilds/{guild}/threads/active"),
    "create_message": Route("POST", _CHANNEL + "/messages", "create_message"),
    "get_messages": Route("GET", _CHANNEL + "/messages"),
    "get_message": Route("GET", _MESSAGE),
    "edit_message": Route("PATCH", _MESSAGE, "edit_message"),
    "delete_message": Route("DELETE", _MESSAGE),
    "create_interaction_response": Route(
        "POST", "/interactions/{interaction}/{token}/callback", open=True
    ),
    "create_followup": Route("POST", _WEBHOOK, "webhook", open=True),
    "get_original_response": Route("GET", _ORIGINAL, "webhook", open=True),
    "edit_original_response": Route("PATCH", _ORIGINAL, "webhook", open=True),
    "delete_original_response": Route("DELETE", _ORIGINAL, "webhook", open=True),
    "get_followup": Route("GET", _FOLLOWUP, "webhook", open=True),
    "edit_followup": Route("PATCH", _FOLLOWUP, "webhook", open=True),
    "delete_followup": Route("DELETE", _FOLLOWUP, "webhook", open=True),
}
