"""What is asked on Slack for one person alone: where it stands, and how it is known again."""

from typing import Any

import pytest

from adapters.slack import asked, private
from adapters.slack.asked import Asked
from adapters.slack.buttons import Press, below, pressed
from adapters.slack.events import Dropped, Heard, read
from bot.model import Address, Conversation, Place
from bot.ports import Button, Caller, Control, Kind, Mark, Outcome
from sandbox.slack import Person, Slack
from tests.adapters.desk import KeptDesk
from tests.adapters.slack.keeper import until
from tests.adapters.slack.payloads import TS, US, message
from tests.adapters.slack.test_commanding import serving

HOME = Conversation("slack", "T1", "C1", None)
HERE = private.conversation(HOME, "D1", "1.2")
STOP = Button(Control.STOP, "Stop")


class PrivateDesk(KeptDesk):
    """A desk for which every line is a question that is asked privately."""

    async def typed(self, line: str, caller: Caller) -> Outcome:
        """Have it asked."""
        return Outcome("", question=line, privately=True)


def test_a_private_conversation_is_of_its_channel_and_stands_in_a_thread_of_a_dm() -> None:
    assert Conversation.parse(HERE.key) == HERE
    assert HERE.channel == "C1"
    assert private.stands(HERE) == Conversation("slack", "T1", "D1", "1.2")
    for other in (HOME, Conversation("slack", "T1", "C1", "1.2")):
        assert private.stands(other) == other


def echo(question: Asked, **changed: Any) -> dict[str, Any]:
    """The event about our own post of *question*."""
    ours: dict[str, Any] = {
        "user": US.user,
        "bot_id": "BBOT",
        "channel": "D1",
        "channel_type": "im",
    }
    return message(**(ours | {"blocks": asked.shown(question, "You asked:")} | changed))


def test_our_post_of_a_private_question_is_heard_as_that_question() -> None:
    heard = read(echo(Asked("U1", "why?", home="C1")), US)
    assert isinstance(heard, Heard)
    assert heard.hint.conversation == Conversation("slack", US.workspace, "C1", f"private-D1-{TS}")
    assert (heard.hint.place, heard.hint.address) == (Place.THREAD, Address.US)
    assert heard.hint.settings_place == "slack:C1"
    assert (heard.said.user, heard.said.text) == ("U1", "why?")


def test_what_others_post_like_it_is_no_private_question() -> None:
    shown = asked.shown(Asked("U1", "why?", home="C1"), "You asked:")
    heard = read(message(blocks=shown, channel="D1", channel_type="im"), US)
    assert isinstance(heard, Heard)
    assert heard.hint.conversation.channel == "D1"
    assert read(echo(Asked("U1", "why?", home="C1"), channel="D:1"), US) is Dropped.MALFORMED


def test_a_press_below_a_private_answer_means_its_conversation() -> None:
    (block,) = below(Mark("1.2", 0, Kind.ANSWER, (STOP,)), home="C1")
    payload = {
        "user": {"id": "U1", "team_id": "T1"},
        "team": {"id": US.workspace},
        "container": {"channel_id": "D1", "thread_ts": "1.2"},
        "actions": block["elements"],
    }
    here = Conversation("slack", US.workspace, "C1", "private-D1-1.2")
    assert pressed(payload, US) == Press(Control.STOP, "1.2", here, "U1", "T1")


async def test_a_private_question_is_posted_in_the_dm_alone(
    slack: Slack, ana: Person, general: str
) -> None:
    desk, dm = PrivateDesk(), slack.dm(ana)
    async with serving(slack, desk) as adapter:
        used = await slack.slash(ana, general, "what do @Ana and I earn?")
        await slack.until(lambda: used.told)
        (root,) = slack.messages(dm)
        (question,) = desk.asked
        assert question.conversation.channel == general
        assert private.stands(question.conversation).thread == root.ts == question.id
        assert desk.threads[0].settings_place == f"slack:{general}"
        await adapter.open(question.conversation).post("A lot.", Mark(root.ts, 0, Kind.ANSWER))
    assert used.texts == ["Only you see this: I answer in our direct message, @claude."]
    assert root.text == "You asked privately in #general:\n\nwhat do @Ana and I earn?"
    assert not root.pinged
    assert slack.messages(general) == []
    assert [one.text for one in slack.thread(dm, root.ts)][1] == "A lot."


async def test_asked_in_the_dm_itself_it_is_not_told_where_to_look(
    slack: Slack, ana: Person
) -> None:
    desk, dm = PrivateDesk(), slack.dm(ana)
    async with serving(slack, desk):
        used = await slack.slash(ana, dm, "why?")
        await until(lambda: desk.asked)
    assert slack.messages(dm)[0].text == "You asked privately:\n\nwhy?"
    assert not used.told


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("messages_tab_disabled", "I could not write you a direct message"),
        ("internal_error", "I could not post your question."),
    ],
)
async def test_who_cannot_be_written_to_is_told_and_nothing_is_asked(
    slack: Slack, ana: Person, general: str, error: str, sentence: str
) -> None:
    desk = PrivateDesk()
    slack.faults.refuse("chat.postMessage", error)
    async with serving(slack, desk):
        used = await slack.slash(ana, general, "why?")
        await slack.until(lambda: used.told)
    assert used.texts[0].startswith(sentence)
    assert not desk.asked


async def test_a_private_question_that_is_not_taken_is_told(
    slack: Slack, ana: Person, general: str
) -> None:
    async with serving(slack, PrivateDesk("You may not.")):
        used = await slack.slash(ana, general, "why?")
        await slack.until(lambda: used.told)
    assert used.texts == ["You may not."]
