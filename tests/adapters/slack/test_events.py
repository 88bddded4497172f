"""Which events are messages for us, and whose place and address they have."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.events import Dropped, Heard, read
from adapters.slack.identity import Identity
from bot.model import Address, Conversation, Hint, Place
from tests.adapters.slack.payloads import ROOT, TS, US, around, mention, message

JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        *("type", "user", "ts", "text", "team", "channel", "channel_type", "thread_ts"),
        *("subtype", "bot_id", "edited", "hidden", "files", "metadata", "bot_profile", "blocks"),
        *("attachments", "username", "user_team"),
    ]
)


def hint_of(payload: object, us: Identity = US) -> Hint:
    heard = read(payload, us)
    assert isinstance(heard, Heard), heard
    return heard.hint


def test_a_message_in_a_channel_opens_a_thread_of_its_own() -> None:
    here = Conversation("slack", "T1", "C1", TS)
    assert hint_of(message()) == Hint(here, TS, Place.CHANNEL, Address.NOBODY, "slack:C1")


def test_a_reply_is_in_its_thread() -> None:
    here = Conversation("slack", "T1", "C1", ROOT)
    reply = message(thread_ts=ROOT)
    assert hint_of(reply) == Hint(here, TS, Place.THREAD, Address.NOBODY, "slack:C1")


def test_a_root_that_names_itself_as_its_thread_is_no_reply() -> None:
    assert hint_of(message(thread_ts=TS)) == hint_of(message())


def test_a_dm_is_one_conversation_and_always_ours() -> None:
    here = Conversation("slack", "T1", "D1", None)
    said = message(channel="D1", channel_type="im", text="<@U2> said so")
    assert hint_of(said) == Hint(here, TS, Place.DM, Address.US, "slack:D1")


def test_a_thread_in_a_dm_is_its_own_conversation() -> None:
    here = Conversation("slack", "T1", "D1", ROOT)
    said = message(channel="D1", channel_type="im", thread_ts=ROOT)
    assert hint_of(said) == Hint(here, TS, Place.DM, Address.US, "slack:D1")


def test_a_group_dm_is_like_a_channel() -> None:
    said = message(channel="G1", channel_type="mpim")
    assert hint_of(said).place is Place.CHANNEL
    assert hint_of(said).address is Address.NOBODY


@pytest.mark.parametrize("thread", [None, ROOT])
def test_the_twins_of_one_mention_are_told_alike(thread: str | None) -> None:
    text = "well, <@UBOT>?"
    assert hint_of(message(text=text, thread_ts=thread)) == hint_of(
        mention(text=text, thread_ts=thread)
    )
    assert hint_of(message(text=text)).address is Address.US


def test_a_mention_in_code_is_told_alike_by_both_twins() -> None:
    text = "use `<@UBOT>`"
    assert hint_of(message(text=text)) == hint_of(mention(text=text))
    assert hint_of(message(text=text)).address is Address.NOBODY


def test_a_mention_whose_text_does_not_show_it_is_for_us() -> None:
    assert hint_of(mention(text="see the blocks")).address is Address.US


def test_who_begins_with_another_name_speaks_to_somebody_else() -> None:
    assert hint_of(message(text="<@U2> look")).address is Address.SOMEBODY_ELSE
    assert hint_of(message(text="<@U2> and <@UBOT> look")).address is Address.US


def test_an_id_that_only_begins_like_ours_is_not_ours() -> None:
    assert hint_of(message(text="ask <@UBOT2>")).address is Address.NOBODY


def test_the_workspace_is_ours_whoever_writes() -> None:
    guest = message(team="T9", user_team="T9", source_team="T9") | {"team_id": "T9"}
    guest["is_ext_shared_channel"] = True
    assert hint_of(guest).conversation.workspace == "T1"
    del guest["authorizations"]
    assert hint_of(guest).conversation.workspace == "T1"


def test_an_org_wide_installation_is_one_workspace() -> None:
    org = Identity(workspace="E1", user="UBOT", bot="BBOT", enterprise="E1")
    payload = message()
    payload["authorizations"] = [
        {"enterprise_id": "E1", "team_id": "T7", "is_enterprise_install": True}
    ]
    assert hint_of(payload, org).conversation.workspace == "E1"
    payload["authorizations"] = [{"enterprise_id": "E2", "team_id": None}]
    assert read(payload, org) is Dropped.OTHER_WORKSPACE


def test_a_call_within_what_is_passed_on_is_not_a_call_of_the_author() -> None:
    share = {"is_share": True, "author_name": "Bo", "text": "<@UBOT> help"}
    for text in ("look", ""):
        assert hint_of(message(text=text, attachments=[share])).address is Address.NOBODY


def test_an_event_that_is_no_callback_is_none() -> None:
    assert read(message() | {"type": "url_verification"}, US) is Dropped.MALFORMED
    assert read({"event": message()["event"]}, US) is Dropped.MALFORMED


def test_time_is_exact_to_the_microsecond() -> None:
    heard = read(message(ts="1795366434.999999"), US)
    assert isinstance(heard, Heard)
    assert heard.said.sent_at == 1_795_366_434_999_999


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_files_and_broadcasts_are_words_of_people(subtype: str) -> None:
    assert isinstance(read(message(subtype=subtype), US), Heard)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"user": "UBOT"}, Dropped.OURS),
        ({"user": "U7", "bot_id": "BBOT"}, Dropped.OURS),
        ({"subtype": "bot_message", "bot_id": "BBOT", "user": None}, Dropped.OURS),
        ({"user": "USLACK"}, Dropped.SLACKS_OWN),
        ({"user": "USLACKBOT"}, Dropped.SLACKS_OWN),
        ({"subtype": "channel_join"}, Dropped.SUBTYPE),
        ({"subtype": "message_changed", "hidden": True}, Dropped.SUBTYPE),
        ({"subtype": "message_deleted"}, Dropped.SUBTYPE),
        ({"subtype": "bot_message", "bot_id": "B2", "user": None}, Dropped.SUBTYPE),
        ({"hidden": True}, Dropped.HIDDEN),
        ({"edited": {"user": "U1", "ts": TS}}, Dropped.EDITED),
        ({"user": None}, Dropped.NO_AUTHOR),
        ({"ts": None}, Dropped.MALFORMED),
        ({"ts": "soon"}, Dropped.MALFORMED),
        ({"ts": 1795366434.5}, Dropped.MALFORMED),
        ({"channel": None}, Dropped.MALFORMED),
        ({"channel": "C1:x"}, Dropped.MALFORMED),
        ({"channel": {"id": "C1"}}, Dropped.MALFORMED),
        ({"thread_ts": "x"}, Dropped.MALFORMED),
        ({"text": 7}, Dropped.MALFORMED),
        ({"type": "reaction_added"}, Dropped.OTHER_TYPE),
        ({"type": None}, Dropped.MALFORMED),
    ],
)
def test_what_is_no_message_for_us_is_dropped_for_a_reason(
    event: dict[str, object], reason: Dropped
) -> None:
    assert read(message(**event), US) is reason


def test_what_was_sent_to_another_workspace_is_not_ours() -> None:
    payload = message()
    payload["authorizations"] = [{"team_id": "T2", "enterprise_id": None}]
    assert read(payload, US) is Dropped.OTHER_WORKSPACE
    del payload["authorizations"]
    assert isinstance(read(payload, US), Heard)
    assert read(payload | {"context_team_id": "T2"}, US) is Dropped.OTHER_WORKSPACE


def test_another_bot_is_heard_as_one() -> None:
    heard = read(message(user="U7", bot_id="B7", bot_profile={"name": "Alerts"}), US)
    assert isinstance(heard, Heard)
    assert (heard.said.bot, heard.said.name) == ("B7", "Alerts")


@given(JSONISH)
def test_no_payload_makes_reading_fail(payload: object) -> None:
    assert isinstance(read(payload, US), Dropped)
    assert isinstance(read(around(payload), US), Dropped)


@given(st.dictionaries(FIELDS, JSONISH, max_size=5))
def test_no_field_makes_reading_fail(changed: dict[str, Any]) -> None:
    payload = message()
    payload["event"] |= changed
    assert isinstance(read(payload, US), Heard | Dropped)


@given(st.dictionaries(st.sampled_from(sorted(message())), JSONISH, max_size=3))
def test_no_envelope_makes_reading_fail(changed: dict[str, Any]) -> None:
    assert isinstance(read(message() | changed, US), Heard | Dropped)
