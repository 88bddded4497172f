"""Buttons below a message of ours: their block, and what a press of one of them names; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adapters.slack import private
from adapters.slack.events import PLATFORM
from adapters.slack.identity import Identity
from adapters.slack.wire import fields, items, text
from bot.model import Conversation
from bot.ports import Control, Mark

PRESSED_TYPE: Final = "block_actions"
_PREFIX: Final = "parley:"
_CONTROLS: Final = {f"{_PREFIX}{control.value}": control for control in Control}


@dataclass(frozen=True, slots=True)
class Press:
    """A press below the answer to *turn*, by *user* of *team*, which Slack may leave out."""

    control: Control
    turn: str
    place: Conversation
    user: str
    team: str | None


def below(mark: Mark, home: str | None = None) -> list[dict[str, object]]:
    """The block of *mark*'s buttons, none where there are no buttons.

    Each names its control and turn, so that nothing about it is kept here: a press reaches
    whichever process is there, one that started later too. So it names *home*, the channel of what
    was asked privately, since that is not where it stands.
    """
    names = mark.turn if home is None else f"{home}/{mark.turn}"
    elements = [
        {
            "type": "button",
            "action_id": f"{_PREFIX}{button.control.value}",
            "value": names,
            "text": {"type": "plain_text", "text": button.label},
        }
        for button in mark.buttons
    ]
    return [{"type": "actions", "elements": elements}] if elements else []


def pressed(payload: Mapping[str, object], us: Identity) -> Press | None:
    """What *payload*, one of ``block_actions``, says was pressed; None where it is none of ours."""
    container, user = fields(payload.get("container")), fields(payload.get("user"))
    action = next(iter(items(payload.get("actions"))), fields(None))
    control = _CONTROLS.get(text(action.get("action_id")) or "")
    value, who = text(action.get("value")), text(user.get("id"))
    if control is None or value is None or who is None or not _is_for_us(payload, us):
        return None
    home, _, turn = value.rpartition("/")
    channel, thread = text(container.get("channel_id")) or "", text(container.get("thread_ts"))
    try:
        place = Conversation(PLATFORM, us.workspace, home or channel, None if home else thread)
        if home:
            place = private.conversation(place, channel, turn)
    except ValueError:
        return None
    return Press(control, turn, place, who, text(user.get("team_id")))


def _is_for_us(payload: Mapping[str, object], us: Identity) -> bool:
    # With an app that the whole organisation has installed, the team may be absent.
    home = fields(payload.get("team")) or fields(payload.get("enterprise"))
    return us.at_home(text(home.get("id")))
