from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.buttons import Press, below, pressed
from adapters.slack.identity import Identity
from bot.model import Conversation
from bot.ports import Button, Control, Kind, Mark

US = Identity("T1", "U0", "B0", team="T1")
STOP = Button(Control.STOP, "Stop")

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def payload(**other: Any) -> dict[str, Any]:
    (block,) = below(Mark("1.2", 0, Kind.ANSWER, (STOP,)))
    elements: Any = block["elements"]
    return {
        "user": {"id": "U1", "team_id": "T1"},
        "team": {"id": "T1"},
        "container": {"channel_id": "C1", "thread_ts": "1.2"},
        "actions": elements,
        **other,
    }


def test_what_a_button_names_is_read_from_its_press() -> None:
    place = Conversation("slack", "T1", "C1", "1.2")
    assert pressed(payload(), US) == Press(Control.STOP, "1.2", place, "U1", "T1")


def test_without_buttons_there_is_no_block() -> None:
    assert below(Mark("1.2", 0, Kind.ANSWER)) == []


@pytest.mark.parametrize(
    "other",
    [
        {"team": {"id": "T2"}},
        {"container": {"channel_id": "C1:evil"}},
        {"container": {}},
        {"user": {}},
        {"actions": []},
        {"actions": [{"action_id": "parley:erase", "value": "1.2"}]},
        {"actions": [{"action_id": "parley:stop"}]},
        {"actions": [{"action_id": "stop", "value": "1.2"}]},
    ],
)
def test_what_is_none_of_ours_is_no_press(other: dict[str, Any]) -> None:
    assert pressed(payload(**other), US) is None


@given(st.sampled_from(["team", "enterprise", "container", "user", "actions"]), ANYTHING)
def test_whatever_a_payload_holds_is_no_error(name: str, value: object) -> None:
    pressed(payload(**{name: value}), US)
