"""Messages whose blocks Slack does not take: shown as text, and not tried twice."""

import pytest

from adapters.slack import SlackAdapter
from adapters.slack.thread import SlackThread
from bot.model import Conversation
from bot.ports import Kind, Mark
from sandbox.slack import Person, Slack

ANSWER = Mark("1795366434.000001", 0, Kind.ANSWER)


@pytest.fixture
def root(slack: Slack, ana: Person, general: str) -> str:
    return slack.backfill(ana, general, "root")


@pytest.fixture
def thread(adapter: SlackAdapter, slack: Slack, general: str, root: str) -> SlackThread:
    return adapter.open(Conversation("slack", slack.team, general, root))


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long", "block_mismatch"])
async def test_refused_blocks_are_sent_once_more_as_plain_text(
    slack: Slack, thread: SlackThread, general: str, root: str, code: str
) -> None:
    slack.faults.refuse("chat.postMessage", code)
    slack.faults.refuse("chat.update", code)
    ts = await thread.post("a < b", ANSWER)
    await thread.edit(ts, "a < c", ANSWER)
    shown = slack.thread(general, root)[-1]
    assert (shown.history, shown.blocks) == (("a < b", "a < c"), ())
    assert shown.metadata is not None
    assert slack.count("chat.postMessage") == 2


async def test_where_blocks_were_refused_edits_go_out_as_text_at_once(
    slack: Slack, thread: SlackThread, general: str, root: str
) -> None:
    slack.faults.refuse("chat.postMessage", "invalid_blocks")
    first, second = await thread.post("one", ANSWER), await thread.post("other", ANSWER)
    slack.faults.refuse("chat.update", "invalid_blocks")
    await thread.edit(second, "other 1", ANSWER)
    for number in range(3):
        await thread.edit(first, f"one {number}", ANSWER)
        await thread.edit(second, f"other {number}", ANSWER)
    assert slack.count("chat.update") == 8
    shown = slack.thread(general, root)[1:]
    assert [(one.text, one.blocks) for one in shown] == [("one 2", ()), ("other 2", ())]


async def test_an_answer_of_many_headings_is_never_refused(
    slack: Slack, thread: SlackThread, general: str, root: str
) -> None:
    markdown = "\n\n".join(f"# Heading {number}" for number in range(200))
    ts = await thread.post(markdown[:300], ANSWER)
    for end in range(300, len(markdown), 300):
        await thread.edit(ts, markdown[:end], ANSWER)
    await thread.edit(ts, markdown, ANSWER)
    assert [call.error for call in slack.calls if call.error] == []
    assert slack.thread(general, root)[-1].text == markdown
