"""What an event of Slack is for us: a message that may concern us, or dropped, and why; pure."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapters.slack import private
from adapters.slack.identity import Identity
from adapters.slack.messages import SLACK_ITSELF, Said, on_behalf
from adapters.slack.reading import mentions, opens_with_another
from adapters.slack.wire import fields, items, micros, text
from bot.model import Address, Conversation, Hint, Place

PLATFORM: Final = "slack"
HEARD_TYPES: Final = frozenset({"message", "app_mention"})

# A person's own words; every other subtype is Slack telling of something (joins, edits, topics).
_SAID_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})


class Dropped(enum.Enum):
    """Why an event is no message for us."""

    MALFORMED = "malformed"
    OTHER_TYPE = "other_type"
    OTHER_WORKSPACE = "other_workspace"
    OURS = "ours"
    SLACKS_OWN = "slacks_own"
    SUBTYPE = "subtype"
    EDITED = "edited"  # Slack fires app_mention again, with the old ts, when a mention is edited
    HIDDEN = "hidden"
    NO_AUTHOR = "no_author"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that may concern us, and what can be told of it before any name is known."""

    hint: Hint
    said: Said


def type_of(payload: object) -> str | None:
    """The type of the event in *payload*, like ``message``; None where it brings none."""
    body = fields(payload)
    if body.get("type") != "event_callback":
        return None
    return text(fields(body.get("event")).get("type"))


def is_dm(channel: str) -> bool:
    """Whether *channel* is the id of a DM; a group DM's may begin like a channel's."""
    return channel.startswith("D")


def settings_place(channel: str) -> str:
    """The place whose settings hold in *channel* and its threads, as `bot.toml` names it."""
    return f"{PLATFORM}:{channel}"


def read(payload: object, us: Identity) -> Heard | Dropped:
    """What the Events API *payload* is for *us*; raises nothing, whatever it holds.

    ``message`` and ``app_mention`` of one post give equal hints, whichever comes first.
    """
    body, kind = fields(payload), type_of(payload)
    event = fields(body.get("event"))
    if kind not in HEARD_TYPES:
        return Dropped.MALFORMED if kind is None else Dropped.OTHER_TYPE
    if not _sent_to(body, us):
        return Dropped.OTHER_WORKSPACE
    read_ = Said.read(event)
    if read_ is None or not isinstance(event.get("text", ""), str | None):
        return Dropped.MALFORMED
    said = on_behalf(read_, us)
    return _refusal(event, said, us) or _heard(event, said, us) or Dropped.MALFORMED


def _sent_to(body: Mapping[str, object], us: Identity) -> bool:
    # One socket carries the events of every workspace that installed the app. In a channel shared
    # through Slack Connect `team_id` may be the author's; only `authorizations` names the receiver.
    receivers = items(body.get("authorizations"))
    if receivers:
        return any(_is_ours(receiver, us) for receiver in receivers)
    if body.get("is_ext_shared_channel") is True:
        return True
    return us.at_home(text(body.get("context_team_id")) or text(body.get("team_id")))


def _is_ours(receiver: Mapping[str, object], us: Identity) -> bool:
    team = text(receiver.get("team_id"))
    if team is None or receiver.get("is_enterprise_install") is True:
        return us.at_home(text(receiver.get("enterprise_id")))
    return us.at_home(team)


def _refusal(event: Mapping[str, object], said: Said, us: Identity) -> Dropped | None:
    if us.wrote(said.user, said.bot):
        return Dropped.OURS
    if said.user in SLACK_ITSELF:
        return Dropped.SLACKS_OWN
    if said.subtype not in _SAID_SUBTYPES:
        return Dropped.SUBTYPE
    if event.get("hidden") is True:
        return Dropped.HIDDEN
    if event.get("edited") is not None:
        return Dropped.EDITED
    return Dropped.NO_AUTHOR if said.user is None else None


def _heard(event: Mapping[str, object], said: Said, us: Identity) -> Heard | None:
    channel, root = text(event.get("channel")), text(event.get("thread_ts"))
    if channel is None or (root is not None and micros(root) is None):
        return None
    # app_mention has no channel_type; a group DM's id may begin like a channel's, a DM's never.
    dm = event.get("channel_type") == "im" or is_dm(channel)
    if dm and said.asked is not None and said.asked.home is not None:
        return _asked_alone(said, channel, said.asked.home, us)
    inside = root is not None and root != said.ts
    place = Place.DM if dm else Place.THREAD if inside else Place.CHANNEL
    thread = root if inside else None if dm else said.ts
    try:
        conversation = Conversation(PLATFORM, us.workspace, channel, thread)
    except ValueError:
        return None
    called = (
        dm or said.asked or (event["type"] == "app_mention" and f"<@{us.user}" not in said.text)
    )
    address = Address.US if called else _address(said.text, us)
    return Heard(Hint(conversation, said.ts, place, address, settings_place(channel)), said)


def _asked_alone(said: Said, dm: str, home: str, us: Identity) -> Heard | None:
    try:
        channel = Conversation(PLATFORM, us.workspace, home, None)
        asked = private.conversation(channel, dm, said.ts)
    except ValueError:
        return None
    return Heard(Hint(asked, said.ts, Place.THREAD, Address.US, settings_place(home)), said)


def _address(said: str, us: Identity) -> Address:
    if mentions(said, us.user):
        return Address.US
    return Address.SOMEBODY_ELSE if opens_with_another(said, us.user) else Address.NOBODY
