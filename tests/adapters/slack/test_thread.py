"""What a thread is asked, and what people then see in the workspace."""

import asyncio
import time

import pytest

from adapters.slack import SlackAdapter
from adapters.slack.identity import Identity
from adapters.slack.people import People
from adapters.slack.status import Status
from adapters.slack.thread import NEWEST, SlackThread, Workspace
from adapters.slack.web import Web
from bot.errors import Denied, EditRefused, MessageGone, RateLimited, TooLong, Unreachable
from bot.model import Attachment, Author, Conversation, PastMessage, Standing
from bot.ports import BucketSpec, Call, Found, Kind, Mark
from sandbox.slack import File, Person, Shape, Slack
from tests.adapters.slack.keeper import QUICK

ANSWER = Mark("1795366434.000001", 0, Kind.ANSWER)


def thread_in(adapter: SlackAdapter, slack: Slack, channel: str, root: str | None) -> SlackThread:
    return adapter.open(Conversation("slack", slack.team, channel, root))


@pytest.fixture
def root(slack: Slack, ana: Person, general: str) -> str:
    return slack.backfill(ana, general, "root")


@pytest.fixture
def thread(adapter: SlackAdapter, slack: Slack, general: str, root: str) -> SlackThread:
    return thread_in(adapter, slack, general, root)


async def test_a_thread_is_opened_from_its_key_alone(
    adapter: SlackAdapter, slack: Slack, general: str, root: str
) -> None:
    opened = adapter.open(Conversation.parse(f"slack:{slack.team}:{general}:{root}"))
    await opened.post("hello", ANSWER)
    assert [shown.text for shown in slack.thread(general, root)] == ["root", "hello"]
    assert opened.settings_place == f"slack:{general}"
    assert opened.dialect.limit == 3900


async def test_a_post_neither_pings_nor_unfurls_and_carries_its_mark(
    slack: Slack, thread: SlackThread, general: str, root: str
) -> None:
    text = "see https://evil.example/?d=1 <!channel> <@U1> **b** & <https://e.vil|x>"
    ts = await thread.post(text, ANSWER)
    await thread.edit(ts, text + " more", ANSWER)
    shown = slack.thread(general, root)[-1]
    assert (shown.ts, shown.pinged, shown.unfurled) == (ts, (), ())
    assert shown.metadata == {
        "event_type": "parley_part",
        "event_payload": {"turn": ANSWER.turn, "part": 0, "kind": "answer"},
    }
    post, update = [call.args for call in slack.calls if call.method.startswith("chat.")]
    fixed = {"unfurl_links": False, "unfurl_media": False, "reply_broadcast": False}
    assert post.items() >= (fixed | {"mrkdwn": False, "thread_ts": root}).items()
    for call in (post, update):
        assert call["parse"] == "none"
        assert call["link_names"] is False
        assert call["blocks"][0]["type"] == "markdown"
        assert not {"<!", "<@", "<#"} & {call["text"][i : i + 2] for i in range(len(call["text"]))}
    assert [shown.text for shown in slack.channel_view(general)] == ["root"]


async def test_a_dm_in_line_is_answered_in_line(
    adapter: SlackAdapter, slack: Slack, ana: Person
) -> None:
    dm = slack.dm(ana)
    await thread_in(adapter, slack, dm, None).post("hello", ANSWER)
    assert [(shown.text, shown.thread_ts) for shown in slack.messages(dm)] == [("hello", None)]


async def test_an_edit_replaces_what_is_shown(
    slack: Slack, thread: SlackThread, general: str, root: str
) -> None:
    ts = await thread.post("a notice", Mark("1.1", 0, Kind.NOTICE))
    await thread.edit(ts, "the answer", ANSWER)
    shown = slack.thread(general, root)[-1]
    assert (shown.text, shown.history) == ("the answer", ("a notice", "the answer"))
    assert shown.metadata is not None
    assert shown.metadata["event_payload"]["kind"] == "answer"


async def test_a_message_is_deleted_and_one_that_is_gone_is_no_error(
    slack: Slack, thread: SlackThread, general: str, root: str
) -> None:
    ts = await thread.post("hello", ANSWER)
    await thread.delete(ts)
    await thread.delete(ts)
    assert [shown.text for shown in slack.thread(general, root)] == ["root"]
    with pytest.raises(MessageGone):
        await thread.edit(ts, "again", ANSWER)
    with pytest.raises(EditRefused):
        await thread.delete(root)
    with pytest.raises(EditRefused):
        await thread.edit(root, "not ours", ANSWER)


async def test_text_that_slack_would_cut_is_not_sent(slack: Slack, thread: SlackThread) -> None:
    with pytest.raises(TooLong):
        await thread.post("&" * 1000, ANSWER)
    assert slack.count("chat.postMessage") == 0


async def test_a_post_whose_answer_is_lost_is_not_sent_again(
    slack: Slack, thread: SlackThread, general: str, root: str
) -> None:
    slack.faults.drop("chat.postMessage")
    with pytest.raises(Unreachable):
        await thread.post("hello", ANSWER)
    assert slack.count("chat.postMessage") == 1
    assert [shown.text for shown in slack.thread(general, root)] == ["root", "hello"]
    found = await thread.find(ANSWER.turn)
    assert [one.mark for one in found] == [ANSWER]


@pytest.mark.parametrize(("header", "wait"), [(7, 7.0), ("soon", None), (None, None)])
async def test_a_rate_limit_says_how_long(
    slack: Slack, thread: SlackThread, header: object, wait: float | None
) -> None:
    for status in (429, 200):
        slack.faults.refuse("chat.postMessage", "ratelimited", retry_after=header, status=status)
        with pytest.raises(RateLimited) as limited:
            await thread.post("hello", ANSWER)
        assert limited.value.retry_after == wait
    assert slack.count("chat.postMessage") == 2


async def test_refusals_and_pages_of_proxies_are_told_apart(
    slack: Slack, thread: SlackThread, general: str
) -> None:
    for status in (502, 200, 403):
        slack.faults.html("chat.postMessage", status=status)
        with pytest.raises(Unreachable):
            await thread.post("hello", ANSWER)
    slack.archive(general)
    with pytest.raises(Denied, match="is_archived"):
        await thread.post("hello", ANSWER)
    slack.remove_bot(general)
    with pytest.raises(Denied, match="not_in_channel"):
        await thread.post("hello", ANSWER)


async def test_history_is_what_people_and_other_bots_said_and_our_answers(
    slack: Slack, thread: SlackThread, ana: Person, general: str, root: str
) -> None:
    alerts = slack.person("Alerts", bot=True)
    call = f"<@{slack.bot_user}>"
    first = slack.backfill(ana, general, f"{call} hi &amp; <@{alerts.id}>, ask {call}", root)
    second = slack.backfill(alerts, general, "disk full", root, files=[File("df.txt")])
    notice = await thread.post("Try 2 in 3 s", Mark(first, 0, Kind.NOTICE))
    answer = await thread.post("1 < 2", Mark(first, 0, Kind.ANSWER))
    question = slack.backfill(ana, general, f"{call} so?", root)
    slack.backfill(ana, general, "later", root)
    told = await thread.history(question)
    assert told.omitted == 0
    assert [message.id for message in told.messages] == [root, first, second, answer]
    assert notice not in {message.id for message in told.messages}
    assert told.messages[1:] == (
        PastMessage(first, micros(first), Author(ana.id, "Ana"), "hi & @Alerts, ask @Claude"),
        PastMessage(
            second,
            micros(second),
            Author(alerts.id, "Alerts", Standing.BOT),
            "disk full",
            (Attachment("df.txt", "text/plain", 1024),),
        ),
        PastMessage(answer, micros(answer), None, "1 < 2"),
    )


def micros(ts: str) -> int:
    return int(ts.replace(".", ""))


async def test_a_thread_of_1200_is_told_as_root_and_newest(
    slack: Slack, thread: SlackThread, general: str, root: str
) -> None:
    people = [slack.person(f"Person {number}") for number in range(20)]
    for number in range(1, 1201):
        slack.backfill(people[number % 20], general, f"m{number}", root)
    question = slack.backfill(people[0], general, "summarise this", root)
    began = time.monotonic()
    told = await thread.history(question)
    assert time.monotonic() - began < 4  # 0.1 s on a machine of its own
    texts = [message.text for message in told.messages]
    assert texts == ["root", *(f"m{number}" for number in range(1201 - NEWEST, 1201))]
    assert told.omitted == 1200 - NEWEST
    assert slack.count("conversations.replies") == 2
    assert slack.count("users.info") == 21
    assert {message.author.name for message in told.messages[1:] if message.author} == {
        person.name for person in people
    }


async def test_a_thread_that_takes_too_long_is_told_as_far_as_it_was_read(
    slack: Slack, ana: Person, general: str, root: str
) -> None:
    for number in range(1, 1100):
        slack.backfill(ana, general, f"m{number}", root)
    slack.faults.delay("conversations.replies", 0)
    slack.faults.delay("conversations.replies", 10)
    us, web = Identity(slack.team, slack.bot_user), Web(slack.bot_token, slack.api_url)
    people = People(web, us)
    hasty = Workspace(us, web, people, Status(web, None), reading_seconds=0.5)
    conversation = Conversation("slack", slack.team, general, root)
    async with asyncio.timeout(3):
        told = await SlackThread(conversation, hasty).history("1900000000.000001")
    await people.close()
    await web.close()
    assert [message.text for message in told.messages][::NEWEST] == ["root", "m998"]


async def test_where_nothing_can_stand_before_a_question_nothing_is_asked(
    adapter: SlackAdapter, slack: Slack, ana: Person, general: str, root: str
) -> None:
    assert (await thread_in(adapter, slack, general, root).history(root)).messages == ()
    in_line = thread_in(adapter, slack, slack.dm(ana), None)
    assert (await in_line.history(root)).messages == ()
    assert slack.count("conversations.replies") == 0
    assert slack.count("conversations.history") == 0


async def test_history_before_what_has_no_time_is_the_whole_thread(
    slack: Slack, thread: SlackThread, ana: Person, general: str, root: str
) -> None:
    slack.backfill(ana, general, "reply", root)
    told = await thread.history("ask-1")
    assert [message.text for message in told.messages] == ["root", "reply"]


async def test_a_thread_whose_root_is_gone_tells_nothing(
    adapter: SlackAdapter, slack: Slack, general: str
) -> None:
    gone = thread_in(adapter, slack, general, "1700000000.000001")
    assert (await gone.history("1800000000.000001")).messages == ()
    assert await gone.find("1700000000.000002") == ()


async def test_reading_that_is_refused_says_so(
    slack: Slack, thread: SlackThread, general: str
) -> None:
    slack.remove_bot(general)
    with pytest.raises(Denied):
        await thread.history("1800000000.000001")
    with pytest.raises(Denied):
        await thread.find("1800000000.000001")


async def test_our_messages_of_a_turn_are_found_by_part_then_age(
    slack: Slack, thread: SlackThread, ana: Person, general: str, root: str
) -> None:
    question = slack.backfill(ana, general, "why", root)
    notice = await thread.post("wait", Mark(question, 0, Kind.NOTICE))
    second = await thread.post("two", Mark(question, 1, Kind.ANSWER))
    first = await thread.post("one", Mark(question, 0, Kind.ANSWER))
    await thread.post("another", Mark(root, 0, Kind.ANSWER))
    forged = {"turn": question, "part": 0, "kind": "answer"}
    slack.backfill(
        ana,
        general,
        "forged",
        root,
        metadata={"event_type": "parley_part", "event_payload": forged},
    )
    assert await thread.find(question) == (
        Found(notice, Mark(question, 0, Kind.NOTICE)),
        Found(first, Mark(question, 0, Kind.ANSWER)),
        Found(second, Mark(question, 1, Kind.ANSWER)),
    )


async def test_our_messages_are_found_in_a_dm_in_line_and_without_a_time(
    adapter: SlackAdapter, slack: Slack, ana: Person
) -> None:
    dm = slack.dm(ana)
    in_line = thread_in(adapter, slack, dm, None)
    mark = Mark("ask-1", 0, Kind.ANSWER)
    posted = await in_line.post("hello", mark)
    for number in range(1100):
        slack.backfill(ana, dm, str(number))
    assert await in_line.find("ask-1") == (Found(posted, mark),)
    assert slack.count("conversations.history") == 2


async def test_finding_reads_only_what_came_after_the_question(
    slack: Slack, thread: SlackThread, ana: Person, general: str, root: str
) -> None:
    for number in range(1500):
        slack.backfill(ana, general, str(number), root)
    question = slack.backfill(ana, general, "why", root)
    posted = await thread.post("because", Mark(question, 0, Kind.ANSWER))
    assert [found.message_id for found in await thread.find(question)] == [posted]
    assert slack.count("conversations.replies") == 1


async def test_people_see_that_an_answer_is_coming(
    slack: Slack, thread: SlackThread, general: str, root: str
) -> None:
    await thread.busy()
    assert slack.status(general, root) == "is thinking..."
    await thread.post("hello", ANSWER)
    assert slack.status(general, root) is None


async def test_a_workspace_without_a_status_line_is_asked_once(
    adapter: SlackAdapter, slack: Slack, thread: SlackThread, ana: Person
) -> None:
    await thread_in(adapter, slack, slack.dm(ana), None).busy()
    assert slack.count("assistant.threads.setStatus") == 0
    slack.faults.refuse("assistant.threads.setStatus", "unknown_method")
    for _ in range(3):
        await thread.busy()
    assert slack.count("assistant.threads.setStatus") == 1


async def test_a_thread_that_is_gone_says_nothing_of_the_workspaces_status_line(
    adapter: SlackAdapter, slack: Slack, thread: SlackThread, general: str, root: str
) -> None:
    await thread_in(adapter, slack, general, "1700000000.000001").busy()
    await thread.busy()
    assert slack.status(general, root) == "is thinking..."


async def test_a_status_line_is_waited_for_two_seconds_at_most(
    slack: Slack, thread: SlackThread
) -> None:
    slack.faults.delay("assistant.threads.setStatus", 10)
    async with asyncio.timeout(2.5):
        await thread.busy()


async def test_no_words_show_no_status_line(slack: Slack, general: str, root: str) -> None:
    silent = SlackAdapter(
        bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.api_url, timing=QUICK
    )
    await silent.check()
    await thread_in(silent, slack, general, root).busy()
    await silent.close()
    assert slack.count("assistant.threads.setStatus") == 0


async def test_calls_paced_by_the_buckets_are_never_refused() -> None:
    """Both shapes that Slack's limit may have; a minute of edits is played in its own time."""
    async with Slack(rates=Shape.BOTH) as slack:
        adapter = SlackAdapter(
            bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.api_url
        )
        await adapter.check()
        general, ana = slack.channel("general"), slack.person("Ana")
        thread = thread_in(adapter, slack, general, slack.backfill(ana, general, "root"))
        bursts = {call: min(spec.burst for spec in thread.buckets[call]) for call in Call}
        posted = [await thread.post("x", ANSWER) for _ in range(int(bursts[Call.POST]))]
        for _ in range(int(bursts[Call.EDIT])):
            await thread.edit(posted[0], "y", ANSWER)
        for _ in range(int(bursts[Call.READ])):
            await thread.find("1.1")
        await adapter.close()
        assert not slack.refused


def test_no_minute_holds_more_calls_than_slack_documents(adapter: SlackAdapter) -> None:
    buckets = adapter.open(Conversation("slack", "T1", "C1", "1.1")).buckets
    most = {"post:T1:C1": 60, "post:T1": 300, "edit:T1": 50, "delete:T1": 50, "read:T1": 50}
    specs = [spec for call in Call for spec in buckets[call]]
    assert {spec.name for spec in specs} == {f"slack.{name}" for name in most}
    for spec in specs:
        assert spec.burst + 60 * spec.rate <= most[spec.name.removeprefix("slack.")]
    assert buckets[Call.POST][0] == BucketSpec("slack.post:T1:C1", rate=0.95, burst=3)
