"""What a message of Slack holds for us, and what of a thread is told."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.messages import Said, metadata
from adapters.slack.past import Past
from adapters.slack.people import Known, Person
from bot.model import Attachment, Standing
from bot.ports import Kind, Mark
from tests.adapters.slack.payloads import ROOT, US, Json

MARKS = st.builds(
    Mark, st.text("0123456789.~a", min_size=1), st.integers(0, 99), st.sampled_from(Kind)
)


def said(number: int, **fields: object) -> Said:
    raw = {"ts": f"1795366400.{number:06d}", "user": "U1", "text": f"m{number}"} | fields
    found = Said.read(raw)
    assert found is not None
    return found


def past(messages: list[Said], newest: int = 400, before: int | None = None) -> Past:
    told = Past(ROOT, US, newest=newest, before=before)
    for message in messages:
        told.add(message)
    return told


@given(MARKS)
def test_a_mark_is_read_as_it_was_written(mark: Mark) -> None:
    assert said(1, metadata=metadata(mark)).mark == mark


def test_the_metadata_of_others_is_no_mark() -> None:
    payload = {"turn": "1", "part": 0, "kind": "answer"}
    foreign = {"event_type": "task", "event_payload": payload}
    assert said(1, metadata=foreign).mark is None
    assert said(1, metadata={"event_type": "parley_part"}).mark is None
    broken = {"event_type": "parley_part", "event_payload": payload | {"part": True}}
    assert said(1, metadata=broken).mark is None


def test_a_kind_that_is_not_known_is_a_notice() -> None:
    payload = {"turn": "1", "part": 0, "kind": "poem"}
    mark = said(1, metadata={"event_type": "parley_part", "event_payload": payload}).mark
    assert mark == Mark("1", 0, Kind.NOTICE)


def test_files_are_told_even_where_slack_says_little() -> None:
    files = [
        {"name": "a.png", "mimetype": "image/png", "size": 7},
        {"id": "F1", "mode": "tombstone"},
        {"title": "Plan", "mode": "external", "mimetype": "application/x", "size": -1},
        {"name": "a\nb<c>", "size": True},
        "nothing",
    ]
    assert said(1, files=files).attachments == (
        Attachment("a.png", "image/png", 7),
        Attachment("file", "application/octet-stream", None),
        Attachment("Plan", "application/x", None),
        Attachment("a bc", "application/octet-stream", None),
    )


def test_bots_that_speak_in_blocks_or_attachments_are_heard() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "down"}}
    header = {"type": "header", "text": {"text": "web-1"}, "fields": [{"text": "since 9"}]}
    assert said(1, text="", blocks=[header, section]).text == "web-1\nsince 9\ndown"
    assert said(1, text="", blocks=[{"type": "markdown", "text": "# up"}]).text == "# up"
    assert said(1, text="", attachments=[{"fallback": "up"}, {"text": "now"}]).text == "up\nnow"


def test_what_is_passed_on_of_others_is_quoted_and_no_word_of_the_author() -> None:
    share = {
        "is_share": True,
        "author_name": "Bo <x>",
        "text": "ship <@UBOT>?\nnow",
        "fallback": "[1 May] Bo: ship",
    }
    unfurl = {"is_msg_unfurl": True, "fallback": "later"}
    app = {"text": "an app's", "is_share": 1}
    message = said(1, text="see", attachments=[share, app, unfurl])
    assert message.text == "see"
    assert message.quoted == "> Bo x: ship <@UBOT>?\n> now\n\n> later"
    alone = said(1, text="", attachments=[share, app])
    assert (alone.text, alone.quoted) == ("an app's", "> Bo x: ship <@UBOT>?\n> now")
    assert said(1, text="see", attachments=[{"is_share": True}, app]).quoted == ""
    assert [one.ts for one in past([said(1), said(2, text="", attachments=[share])]).messages] == [
        "1795366400.000001",
        "1795366400.000002",
    ]


def test_what_is_passed_on_is_read_below_what_its_author_says() -> None:
    known = Known({"U2": Person("Bo", Standing.MEMBER, None)}, {}, US)
    share = {"is_share": True, "author_name": "Ana", "text": "ask <@U2> &amp; me"}
    for text, read in (("<@UBOT> see", "see\n\n> Ana: ask @Bo & me"), ("", "> Ana: ask @Bo & me")):
        assert known.text(said(1, text=text, attachments=[share])) == read


def test_half_a_surrogate_pair_can_be_stored() -> None:
    assert said(1, text="a\ud800b").text == "a?b"


def test_a_thread_is_told_as_its_root_and_its_newest() -> None:
    told = past([said(number) for number in range(1, 11)], newest=3)
    assert [message.text for message in told.messages] == ["m1", "m8", "m9", "m10"]
    assert told.omitted == 6


def test_a_root_that_each_page_repeats_is_told_once() -> None:
    told = past([said(1), said(2), said(1), said(3)])
    assert [message.text for message in told.messages] == ["m1", "m2", "m3"]


def test_what_came_with_the_question_or_later_is_not_told() -> None:
    told = past([said(1), said(2), said(3), said(4)], before=said(3).sent_at)
    assert [message.text for message in told.messages] == ["m1", "m2"]


def ours(number: int, kind: Kind | None) -> Said:
    mark = {} if kind is None else {"metadata": metadata(Mark("1.1", 0, kind))}
    return said(number, user="UBOT", bot_id="BBOT", **mark)


def test_of_ours_only_answers_are_told() -> None:
    told = past([said(1), ours(2, Kind.ANSWER), ours(3, Kind.NOTICE), ours(4, None)])
    assert [message.text for message in told.messages] == ["m1", "m2", "m4"]


def test_other_bots_are_told_like_people_and_slacks_own_words_are_not() -> None:
    messages: list[Json] = [
        {"bot_id": "B2", "subtype": "bot_message", "user": None, "username": "Alerts"},
        {"subtype": "channel_join"},
        {"subtype": "tombstone", "user": "USLACKBOT"},
        {"user": "USLACK"},
        {"text": ""},
        {"text": "", "files": [{"name": "a"}]},
        {"subtype": "me_message"},
    ]
    told = past([said(number, **fields) for number, fields in enumerate(messages, 2)])
    assert [message.ts[-1] for message in told.messages] == ["2", "7", "8"]
