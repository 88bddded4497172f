"""Commands, items and forms as Slack tells of them, and what a stranger may make of them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import forms
from adapters.slack.orders import By, Filled, Pointed, Typed, is_order, read
from bot.model import Conversation
from bot.ports import Form
from tests.adapters.slack.payloads import TS, US, Json, message
from tests.adapters.slack.test_events import JSONISH

HERE = Conversation("slack", "T1", "C1", None)
SLASH: Json = {
    "team_id": "T1",
    "channel_id": "C1",
    "user_id": "U1",
    "command": "/claude",
    "text": "tier",
    "is_enterprise_install": "false",
    "response_url": "https://hooks.slack.com/1",
    "trigger_id": "1.2",
}
ITEM: Json = {
    "type": "message_action",
    "callback_id": "ask_claude",
    "action_ts": TS,
    "team": {"id": "T1"},
    "user": {"id": "U1", "team_id": "T1"},
    "channel": {"id": "C1"},
    "message": message()["event"],
    "response_url": "https://hooks.slack.com/1",
    "trigger_id": "1.2",
}
FORM = Form("prompt set", "t" * 40, "What", "Save", "Be kind.", "Too long.")


def sent(view: dict[str, object], written: object) -> Json:
    """*view* as it comes back."""
    state = {"values": {"text": {"text": {"type": "plain_text_input", "value": written}}}}
    return {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T2"},
        "trigger_id": "3.4",
        "view": view | {"state": state},
    }


def test_a_command_says_who_where_and_what() -> None:
    by = By("U1", None, HERE, "https://hooks.slack.com/1", "1.2")
    assert read(SLASH, US) == Typed(by, "tier")
    assert read(SLASH | {"text": None}, US) == Typed(by, "")
    assert not by.is_direct
    assert replace(by, channel=replace(HERE, channel="D1")).is_direct


@pytest.mark.parametrize(
    ("field", "value"),
    [("team_id", "T2"), ("user_id", None), ("channel_id", "a:b"), ("channel_id", None)],
)
def test_a_command_of_others_or_of_nobody_is_none(field: str, value: str | None) -> None:
    assert read(SLASH | {field: value}, US) is None


def test_where_the_organisation_installed_us_its_workspaces_are_ours() -> None:
    us = replace(US, workspace="E1", team=None, enterprise="E1")
    org = {"is_enterprise_install": "true", "enterprise_id": "E1"}
    assert isinstance(read(SLASH | org, us), Typed)
    assert read(SLASH | org | {"enterprise_id": "E2"}, us) is None


def test_an_item_says_which_message() -> None:
    order = read(ITEM, US)
    assert isinstance(order, Pointed)
    assert (order.said.text, order.thread, order.at) == ("hello", None, TS)
    assert read(ITEM | {"callback_id": "other"}, US) is None
    bare: dict[str, object] = {**ITEM, "message": {}}
    assert read(bare, US) is None
    undated = read({**ITEM, "action_ts": "soon"}, US)
    assert isinstance(undated, Pointed)
    assert undated.at is None


def test_a_form_comes_back_with_what_it_is_about() -> None:
    view = forms.view(FORM, "C1", "https://hooks.slack.com/1")
    order = read(sent(view, "Be brief."), US)
    by = By("U1", "T2", HERE, "https://hooks.slack.com/1", "3.4")
    assert order == Filled(by, "prompt set", "Be brief.")
    assert read(sent(view, None), US) is None
    assert read(sent(view | {"private_metadata": "{"}, "x"), US) is None
    placeless: Json = {"private_metadata": json.dumps({"line": "x"})}
    assert read(sent(view | placeless, "x"), US) is None
    assert read(sent(view, "x") | {"team": {"id": "T2"}}, US) is None


def test_a_text_that_is_too_long_for_a_form_is_left_out_and_not_cut() -> None:
    def initial(text: str) -> Any:
        view: Any = forms.view(replace(FORM, text=text), "C1", None)
        assert len(view["title"]["text"]) == 24
        return view["blocks"][0]["element"].get("initial_value")

    assert initial("x" * 3000) == "x" * 3000
    assert initial("x" * 3001) is None
    assert initial("") is None


FIELDS = st.sampled_from(
    [*SLASH, *ITEM, "type", "view", "state", "private_metadata", "enterprise", "enterprise_id"]
)


@given(
    st.sampled_from([SLASH, ITEM, sent(forms.view(FORM, "C1", None), "x")]),
    st.dictionaries(FIELDS, JSONISH, max_size=4),
)
def test_whatever_comes_is_read_or_is_nothing(payload: Json, changed: Json) -> None:
    body = payload | changed
    order = read(body, US)
    assert order is None or isinstance(order, Typed | Pointed | Filled)
    if isinstance(order, Pointed | Filled):
        assert is_order(body)


def test_only_what_a_person_does_is_an_order() -> None:
    assert is_order(SLASH)
    assert is_order(ITEM)
    assert not is_order(message())
    assert not is_order({"type": "block_actions"})
