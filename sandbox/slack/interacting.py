"""What people do with an app besides writing: its slash command, its shortcut, its forms."""

import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack import payloads, rules
from sandbox.slack.gateway import Delivery, Gateway
from sandbox.slack.markup import Json, displayed
from sandbox.slack.rules import Args, Refused
from sandbox.slack.views import Field, checked
from sandbox.slack.views import field as field_of
from sandbox.slack.workspace import APP, TEAM, Channel, Message, Person

DEADLINE = 3.0  # seconds: for the acknowledgement, and to open a form
USES = 5  # of a response_url
LIFE = 1800.0  # seconds of a response_url


class NotOffered(AssertionError):
    """There is no such command, item or form to use."""


@dataclass(slots=True, eq=False)
class Used:
    """One use by *person* in *channel*: its delivery, and what the app did in return.

    *told* holds what was posted to its response_url, *form* the view that was opened for it.
    """

    person: Person
    channel: Channel
    trigger: str
    at: float
    response_url: str
    ts: str = field(default_factory=lambda: f"{time.time():.6f}")
    delivery: Delivery | None = None
    told: list[Json] = field(default_factory=list[Json])
    form: Json | None = None

    @property
    def failed(self) -> bool:
        """Whether Slack tells the person that the app did not respond in time."""
        assert self.delivery is not None
        acked_at = self.delivery.acked_at
        late = time.monotonic() if acked_at is None else acked_at
        return late - self.at > DEADLINE

    @property
    def texts(self) -> list[str]:
        """What the person alone was told here, as it was sent."""
        return [str(said.get("text", "")) for said in self.told]


@dataclass(frozen=True, slots=True)
class Private:
    """What one person alone sees, at the time *ts*; *thread_ts* is None beside all threads."""

    ts: str
    text: str
    thread_ts: str | None


class Interactions:
    """The uses so far; *address* is where their response_url lead."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._by_trigger: dict[str, Used] = {}
        self._by_url: dict[str, Used] = {}
        self.address = ""
        self.commands = frozenset({"/claude"})
        self.shortcuts = frozenset({"ask_claude"})
        self.all: list[Used] = []

    def slash(self, person: Person, channel: Channel, command: str, text: str) -> Used:
        """*person* sends *command* with *text*, in Slack's notation. Raises NotOffered."""
        if command not in self.commands:
            raise NotOffered(f"the app has no {command}")
        used = self._used(person, channel)
        said: Json = {
            "token": "sandbox-verification-token",
            "team_id": TEAM,
            "team_domain": "acme",
            "channel_id": channel.id,
            "channel_name": channel.name,
            "user_id": person.id,
            "user_name": person.name.lower(),
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": used.response_url,
            "trigger_id": used.trigger,
        }
        return self._sent(used, said)

    def shortcut(self, person: Person, channel: Channel, message: Message, name: str) -> Used:
        """*person* chooses the item *name* in the menu of *message*. Raises NotOffered."""
        if name not in self.shortcuts:
            raise NotOffered(f"the app has no item {name}")
        used = self._used(person, channel)
        said = self._interactive(used, "message_action") | {
            "callback_id": name,
            "action_ts": f"{time.time():.6f}",
            "message_ts": message.ts,
            "message": payloads.message_object(message, channel),
            "channel": {"id": channel.id, "name": channel.name},
            "response_url": used.response_url,
        }
        return self._sent(used, said)

    def submit(self, used: Used, values: Mapping[str, str]) -> Used:
        """Send the form that was opened for *used*, its fields by action id as *values* say.

        What is not named stays as it was. Raises NotOffered where there is no such form or field.
        """
        view = used.form
        if view is None:
            raise NotOffered("no form is open")
        fields = [found for block in view["blocks"] if (found := field_of(block)) is not None]
        if unknown := set(values) - {one.action for one in fields}:
            raise NotOffered(f"the form has no {unknown}")
        used.form = None
        sent = self._used(used.person, used.channel)
        filled = view | {"state": {"values": _state(fields, values)}}
        said = self._interactive(sent, "view_submission") | {"view": filled}
        return self._sent(sent, said)

    def open_view(self, args: Args) -> Json:
        """`views.open`. Raises Refused as Slack does."""
        used = self._by_trigger.get(rules.needed(args, "trigger_id"))
        if used is None:
            raise Refused("invalid_trigger")
        if used.form is not None:
            raise Refused("exchanged_trigger_id")
        if time.monotonic() - used.at > DEADLINE:
            raise Refused("expired_trigger_id")
        used.form = checked(args.get("view")) | {"id": f"V{len(self.all):09d}", "app_id": APP}
        return {"view": used.form}

    def respond(self, url: str, said: Json) -> str | None:
        """Take what was posted to a response_url; the error where Slack refuses it."""
        used = self._by_url.get(url)
        if used is None or time.monotonic() - used.at > LIFE:
            return "expired_url"
        if len(used.told) == USES:
            return "used_url"
        if "markdown_text" in said:
            return "no_text"
        try:
            rules.content(said)
        except Refused as refused:
            return refused.error
        used.told.append(said | {"ts": f"{time.time():.6f}"})
        return None

    def _used(self, person: Person, channel: Channel) -> Used:
        url = f"{self.address}{uuid.uuid4().hex}"
        used = Used(person, channel, uuid.uuid4().hex, time.monotonic(), url)
        self._by_trigger[used.trigger] = self._by_url[url] = used
        self.all.append(used)
        return used

    def _interactive(self, used: Used, kind: str) -> Json:
        who = used.person
        return {
            "type": kind,
            "token": "sandbox-verification-token",
            "user": {"id": who.id, "username": who.name, "name": who.name, "team_id": who.team},
            "team": {"id": TEAM, "domain": "acme"},
            "enterprise": None,
            "is_enterprise_install": False,
            "api_app_id": APP,
            "trigger_id": used.trigger,
        }

    def _sent(self, used: Used, payload: Json) -> Used:
        used.delivery = self._gateway.send(payload)
        return used


def private(
    person: Person,
    channel: Channel,
    uses: Sequence[Used],
    ephemerals: Sequence[Json],
    names: Mapping[str, str],
) -> Iterator[Private]:
    """What *person* alone sees in *channel*, in no order."""
    told = [one for used in uses if _is(used, person, channel) for one in used.told]
    shown = [e for e in ephemerals if (e["user"], e["channel"]) == (person.id, channel.id)]
    for said in (*told, *shown):
        words = displayed(str(said.get("text", "")), said.get("blocks") or (), names)
        yield Private(str(said["ts"]), words, said.get("thread_ts"))


def _is(used: Used, person: Person, channel: Channel) -> bool:
    return used.person is person and used.channel is channel


def _state(fields: list[Field], values: Mapping[str, str]) -> dict[str, Any]:
    return {
        one.block: {
            one.action: {"type": "plain_text_input", "value": values.get(one.action, one.value)}
        }
        for one in fields
    }
