"""What people do in a workspace, and what the ear is told of it."""

import asyncio

import pytest
from structlog.testing import capture_logs

from adapters.slack import SlackAdapter
from adapters.slack.events import Dropped
from bot.model import Address, Attachment, Author, Conversation, IncomingMessage, Place, Standing
from sandbox.slack import File, Person, Shape, Slack
from tests.adapters.desk import KeptDesk
from tests.adapters.slack.conftest import Serve
from tests.adapters.slack.keeper import Keeper, until


async def test_a_mention_is_heard_as_a_person_reads_it(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    bo, plans = slack.person("Bo"), slack.channel("plans")
    text = f"<@{slack.bot_user}> ask <@{bo.id}> in <#{plans}|> &lt;now&gt;"
    async with serve(ear):
        ts = await slack.say(ana, general, text, twins="app_mention")
        await slack.until(lambda: slack.acked(ts))
    assert ear.heard == [
        IncomingMessage(
            conversation=Conversation("slack", slack.team, general, ts),
            id=ts,
            sent_at=int(ts.replace(".", "")),
            place=Place.CHANNEL,
            address=Address.US,
            author=Author(ana.id, "Ana"),
            text="ask @Bo in #plans <now>",
            language="pt-BR",
        )
    ]
    assert ear.threads[0].conversation == ear.heard[0].conversation


async def test_both_twins_are_handed_on_as_one_and_the_same_message(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear):
        ts = await slack.say(ana, general, f"<@{slack.bot_user}> hi")
        await slack.until(lambda: slack.acked(ts))
    assert len(ear.heard) == 2
    assert ear.heard[0] == ear.heard[1]


async def test_replies_dms_and_threads_in_dms_have_their_places(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    root, dm = slack.backfill(ana, general, "root"), slack.dm(ana)
    async with serve(ear):
        reply = await slack.say(ana, general, "reply", root)
        await slack.until(lambda: slack.acked(reply))
        line = await slack.say(ana, dm, "line")
        await slack.until(lambda: slack.acked(line))
        inside = await slack.say(ana, dm, "inside", line)
        await slack.until(lambda: slack.acked(inside))
    assert [(m.place, m.conversation.thread, m.address) for m in ear.heard] == [
        (Place.THREAD, root, Address.NOBODY),
        (Place.DM, None, Address.US),
        (Place.DM, line, Address.US),
    ]


async def test_guests_strangers_and_bots_are_told_apart(
    slack: Slack, serve: Serve, ear: Keeper, general: str
) -> None:
    people = [
        slack.person("Gil", guest=True),
        slack.person("Eve", external=True),
        slack.person("Alerts", bot=True),
        slack.person("Real Name", display_name=""),
    ]
    async with serve(ear):
        for person in people:
            await slack.say(person, general, "hi")
            await slack.until(lambda: not slack.unacked)
    assert [(m.author.name, m.author.standing) for m in ear.heard] == [
        ("Gil", Standing.GUEST),
        ("Eve", Standing.EXTERNAL),
        ("Alerts", Standing.BOT),
        ("Real Name", Standing.MEMBER),
    ]
    assert {m.conversation.workspace for m in ear.heard} == {slack.team}


async def test_files_are_heard_of(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear):
        ts = await slack.say(ana, general, "see", files=[File("a.png", "image/png", 7)])
        await slack.until(lambda: slack.acked(ts))
    assert ear.heard[0].attachments == (Attachment("a.png", "image/png", 7),)


async def test_edits_joins_deletions_and_our_own_words_are_acknowledged_and_not_heard(
    slack: Slack, serve: Serve, ear: Keeper, adapter: SlackAdapter, ana: Person, general: str
) -> None:
    ts = slack.backfill(ana, general, "old")
    async with serve(ear):
        await slack.edit_as_person(general, ts, f"<@{slack.bot_user}> new")
        await slack.delete_as_person(general, ts)
        await slack.join(ana, general)
        slack.backfill(slack.bot, general, "ours")
        await slack.say(slack.bot, general, "ours")
        await slack.until(lambda: slack.deliveries and not slack.unacked)
    assert ear.hints == []
    assert adapter.dropped[Dropped.EDITED] == 1
    assert adapter.dropped[Dropped.SUBTYPE] == 3
    assert adapter.dropped[Dropped.OURS] == 1


async def test_what_does_not_concern_us_costs_no_look_up(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.cares = False
    async with serve(ear):
        ts = await slack.say(ana, general, "lunch?")
        await slack.until(lambda: slack.acked(ts))
    assert [hint.message_id for hint in ear.hints] == [ts]
    assert ear.heard == []
    assert slack.count("users.info") == 0


async def test_nothing_is_acknowledged_before_the_ear_has_it(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    slack.redelivery_after = 30
    ear.may_end.clear()
    async with serve(ear):
        ts = await slack.say(ana, general, "hi")
        await until(lambda: ear.waiting == 1)
        await asyncio.sleep(0.1)
        assert not slack.acked(ts)
        ear.may_end.set()
        await slack.until(lambda: slack.acked(ts))
    assert ear.texts == ["hi"]


async def test_what_the_store_could_not_take_is_sent_again_and_heard_then(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.store_is_away = True
    async with serve(ear):
        ts = await slack.say(ana, general, "hi")
        await until(lambda: len(ear.hints) == 2)
        assert not slack.acked(ts)
        ear.store_is_away = False
        await slack.until(lambda: slack.acked(ts))
    assert ear.texts == ["hi"]


async def test_an_error_of_ours_is_logged_and_the_message_comes_again(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.bug = RuntimeError("of ours")
    with capture_logs() as logged:
        async with serve(ear):
            ts = await slack.say(ana, general, "hi")
            await until(lambda: len(ear.hints) == 2)
            ear.bug = None
            await slack.until(lambda: slack.acked(ts))
    assert ear.texts == ["hi"]
    told = [line for line in logged if line["log_level"] == "error"]
    assert told[0]["fault"] == "RuntimeError"
    assert told[0]["where"].startswith("keeper.py:")
    assert "of ours" not in str(told)


async def test_many_are_heard_at_once(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    ear.may_end.clear()
    async with serve(ear):
        for number in range(50):
            await slack.say(ana, general, str(number))
        await until(lambda: ear.waiting == 50)
        ear.may_end.set()
        await slack.until(lambda: not slack.unacked)
    assert sorted(ear.texts, key=int) == [str(number) for number in range(50)]


async def test_a_person_is_looked_up_once_for_many_messages(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    async with serve(ear):
        for number in range(20):
            await slack.say(ana, general, str(number))
        await slack.until(lambda: not slack.unacked)
    assert slack.count("users.info") == 1
    assert {message.author.name for message in ear.heard} == {"Ana"}


async def test_who_is_slow_to_be_known_is_waited_for_and_heard_as_what_they_are(
    slack: Slack, serve: Serve, ear: Keeper, general: str
) -> None:
    slack.redelivery_after = 30
    gil = slack.person("Gil", guest=True)
    slack.faults.delay("users.info", 2)
    async with serve(ear):
        ts = await slack.say(gil, general, "hi")
        await slack.until(lambda: slack.acked(ts), timeout=3)
    assert ear.heard[0].author == Author(gil.id, "Gil", Standing.GUEST)


@pytest.mark.parametrize("trouble", ["slow", "internal_error", "page", "token_revoked"])
async def test_whose_author_cannot_be_known_yet_is_not_acknowledged_and_heard_later(
    slack: Slack, serve: Serve, ear: Keeper, general: str, trouble: str
) -> None:
    slack.redelivery_after = 3 if trouble == "slow" else 0.5
    gil = slack.person("Gil", guest=True)
    match trouble:
        case "slow":
            slack.faults.delay("users.info", 2.8)
        case "page":
            slack.faults.html("users.info", times=2)
        case _:
            slack.faults.refuse("users.info", trouble, times=2)
    with capture_logs() as logged:
        async with serve(ear):
            ts = await slack.say(gil, general, "hi")
            await slack.until(lambda: slack.acked(ts), timeout=8)
    assert [message.author for message in ear.heard] == [Author(gil.id, "Gil", Standing.GUEST)]
    assert "slack_event_not_taken" in [line["event"] for line in logged]


@pytest.mark.parametrize(
    ("code", "team", "standing"),
    [
        ("user_not_found", "ours", Standing.UNKNOWN),
        ("user_not_found", "another", Standing.EXTERNAL),
        # This Slack tells of nobody: only the team that a message names can say.
        ("missing_scope", "ours", Standing.MEMBER),
        ("missing_scope", "another", Standing.EXTERNAL),
        ("unknown_method", "ours", Standing.MEMBER),
    ],
)
async def test_whom_slack_does_not_tell_of_is_heard_at_once_as_nobody_known(
    slack: Slack,
    serve: Serve,
    ear: Keeper,
    general: str,
    code: str,
    team: str,
    standing: Standing,
) -> None:
    eve = slack.person("Eve", external=team == "another")
    slack.faults.refuse("users.info", code)
    async with serve(ear):
        ts = await slack.say(eve, general, "hi")
        await slack.until(lambda: slack.acked(ts), timeout=1)
    name = "somebody" if code == "user_not_found" else eve.id
    assert ear.heard[0].author == Author(eve.id, name, standing)
    assert ear.heard[0].language is None


async def test_names_that_are_slow_to_come_hold_a_message_up_only_briefly(
    slack: Slack, serve: Serve, ear: Keeper, ana: Person, general: str
) -> None:
    slack.redelivery_after = 30
    bo = slack.person("Bo")
    slack.faults.delay("users.info", 0)
    slack.faults.delay("users.info", 5)
    async with serve(ear):
        ts = await slack.say(ana, general, f"ask <@{bo.id}>")
        await slack.until(lambda: slack.acked(ts), timeout=2.5)
    assert (ear.heard[0].author.name, ear.texts) == ("Ana", ["ask @somebody"])


async def test_a_message_that_names_thousands_costs_few_look_ups_and_its_author_the_first(
    ear: Keeper,
) -> None:
    async with Slack(rates=Shape.BOTH) as slack:
        ana, general = slack.person("Ana"), slack.channel("general")
        adapter = SlackAdapter(
            bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.api_url
        )
        await adapter.check()
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(adapter.run(ear, KeptDesk()))
            await until(lambda: adapter.connected)
            for number in range(2):
                named = "".join(f"<@U{number}N{each}>" for each in range(500))
                ts = await slack.say(ana, general, named)
                await slack.until(lambda: slack.acked(ts), timeout=3)  # noqa: B023  - it has ended before the next round
            bo = slack.person("Bo")
            ts = await slack.say(bo, general, "and I?")
            await slack.until(lambda: slack.acked(ts), timeout=1)
            running.cancel()
        await adapter.close()
        asked = [call.args["user"] for call in slack.calls if call.method == "users.info"]
        assert asked[0] == ana.id
        assert len(asked) < 2 + 25 * 2
        assert not slack.refused
        assert ear.heard[-1].author.name == "Bo"


async def test_the_credentials_of_bolts_oauth_in_the_environment_change_nothing(
    slack: Slack,
    serve: Serve,
    ear: Keeper,
    ana: Person,
    general: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-other")
    async with serve(ear):
        ts = await slack.say(ana, general, "hi")
        await slack.until(lambda: slack.acked(ts))
    assert ear.texts == ["hi"]
    assert slack.count("auth.test") == 1
