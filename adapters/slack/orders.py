"""What people do besides writing, as Slack tells it: commands, items of a menu, forms; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapters.slack.events import PLATFORM, is_dm
from adapters.slack.forms import value_in
from adapters.slack.identity import Identity
from adapters.slack.messages import Said, on_behalf
from adapters.slack.wire import fields, micros, text
from bot.model import Conversation

SHORTCUT: Final = "ask_claude"  # as manifest.yaml calls the item in the menu of a message
_INTERACTIVE = frozenset({"message_action", "view_submission"})


@dataclass(frozen=True, slots=True)
class By:
    """Who did it, and in which *channel*; *team* is None where Slack does not tell theirs.

    *url* is where they alone can be answered, good for five times in half an hour. *trigger* opens
    a form within three seconds.
    """

    user: str
    team: str | None
    channel: Conversation
    url: str | None
    trigger: str

    @property
    def is_direct(self) -> bool:
        """Whether it was done in a DM."""
        return is_dm(self.channel.channel)


@dataclass(frozen=True, slots=True)
class Typed:
    """``/claude`` with *text* behind it, in Slack's notation."""

    by: By
    text: str


@dataclass(frozen=True, slots=True)
class Pointed:
    """The item in the menu of the message *said*, in *thread* or not; *at* is a time like a ts."""

    by: By
    said: Said
    thread: str | None
    at: str | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A form of ours, sent: *text* is the rest of the command *line*."""

    by: By
    line: str
    text: str


Order = Typed | Pointed | Filled


def is_order(payload: Mapping[str, object]) -> bool:
    """Whether *payload* is one of these, ours or not: it is to be acknowledged at once."""
    return "command" in payload or payload.get("type") in _INTERACTIVE


def read(payload: Mapping[str, object], us: Identity) -> Order | None:
    """What *payload* asks of *us*; None where that is nothing. Raises nothing at all."""
    try:
        match payload.get("type"):
            case "message_action":
                return _pointed(payload, us)
            case "view_submission":
                return _filled(payload, us)
            case _:
                return _typed(payload, us)
    except ValueError:  # an id that no conversation can be made of
        return None


def _typed(raw: Mapping[str, object], us: Identity) -> Typed | None:
    user = text(raw.get("user_id"))
    home = raw.get("enterprise_id" if raw.get("is_enterprise_install") == "true" else "team_id")
    if user is None or not us.at_home(text(home)):
        return None
    channel = _channel(text(raw.get("channel_id")), us)
    url, trigger = text(raw.get("response_url")), text(raw.get("trigger_id")) or ""
    return Typed(By(user, None, channel, url, trigger), text(raw.get("text")) or "")


def _pointed(raw: Mapping[str, object], us: Identity) -> Pointed | None:
    said = Said.read(fields(raw.get("message")))
    channel = text(fields(raw.get("channel")).get("id"))
    by = _by(raw, channel, text(raw.get("response_url")), us)
    if said is None or by is None or raw.get("callback_id") != SHORTCUT:
        return None
    thread, at = text(fields(raw.get("message")).get("thread_ts")), text(raw.get("action_ts"))
    known = None if at is None or micros(at) is None else at
    return Pointed(by, on_behalf(said, us), thread, known)


def _filled(raw: Mapping[str, object], us: Identity) -> Filled | None:
    view = fields(raw.get("view"))
    try:
        kept = fields(json.loads(text(view.get("private_metadata")) or "{}"))
    except json.JSONDecodeError:
        return None
    line, written = text(kept.get("line")), value_in(view)
    by = _by(raw, text(kept.get("channel")), text(kept.get("url")), us)
    if by is None or line is None or written is None:
        return None
    return Filled(by, line, written)


def _by(raw: Mapping[str, object], channel: str | None, url: str | None, us: Identity) -> By | None:
    who = fields(raw.get("user"))
    user = text(who.get("id"))
    # With an app that the whole organisation has installed, the team may be absent.
    home = fields(raw.get("team")) or fields(raw.get("enterprise"))
    if user is None or not us.at_home(text(home.get("id"))):
        return None
    trigger = text(raw.get("trigger_id")) or ""
    return By(user, text(who.get("team_id")), _channel(channel, us), url, trigger)


def _channel(channel: str | None, us: Identity) -> Conversation:
    return Conversation(PLATFORM, us.workspace, channel or "", None)
