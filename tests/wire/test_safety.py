"""What a model or a person writes stays text: it pings nobody and goes nowhere else."""

import asyncio
import re
from functools import partial
from typing import Any

import structlog
from structlog.testing import capture_logs

from sandbox.slack import Call
from tests.world import World

LIVE = re.compile(r"<(?:[@#]|!(?:here|channel|everyone|subteam))")  # half a word calls nobody
PINGS = (
    "Hey <!channel> <!here> <!everyone> <!subteam^S1|@team> <@U0003ANA> <#C0003GENERAL> @everyone "
    "`<!here>` [<!channel>](https://evil.example/?d=<@U1>) <https://evil.example|bank.example>\n\n"
    "```\n<!channel>\n```\n\n| <!here> | b |\n|---|---|\n| <@U1> | <\u200b!channel> |\n\n"
    "&lt;!channel&gt; ![x](https://evil.example/pixel.png) evil.example"
)


def texts(call: Call) -> list[str]:
    said = [call.args["text"]]
    for block in call.args["blocks"]:
        buttons = block.get("elements", ())
        said += [button["text"]["text"] for button in buttons] if buttons else [block["text"]]
    return said


def answered(there: World, channel: str, thread: str, times: int) -> bool:
    return len(there.answers(thread, channel)) == times


async def test_nothing_from_the_model_pings_or_unfurls_at_any_moment(there: World) -> None:
    there.claude.answers(PINGS)
    there.claude.chunk, there.claude.pace = 1, 150
    async with there.bot():
        thread = await there.ask("go on")
        await there.slack.until(
            lambda: there.answers(thread)[-1].text.endswith("evil.example"), timeout=20
        )
    for call in there.slack.calls:
        if call.method in {"chat.postMessage", "chat.update"}:
            assert not any(LIVE.search(text) for text in texts(call)), texts(call)
        if call.method == "chat.postMessage":
            assert call.args["unfurl_links"] is False
            assert call.args["unfurl_media"] is False
    (message,) = there.answers(thread)
    assert message.edits > 3
    assert message.pinged == ()
    assert message.unfurled == ()


async def test_a_word_of_one_conversation_is_in_no_other(there: World) -> None:
    def echo(body: dict[str, Any]) -> str:
        return " ".join(re.findall(r"canary-\w+-\d+", str(body["messages"])))

    there.claude.answers(echo)
    other = there.slack.channel("other")
    dm = there.slack.dm(there.ana)
    places: list[tuple[str, str]] = []
    async with there.bot():
        for number in range(12):
            channel = (there.general, other)[number % 2]
            text = f"<@{there.slack.bot_user}> canary-thread-{number}"
            places.append((channel, await there.slack.say(there.ana, channel, text)))
        direct = await there.slack.say(there.ana, dm, "canary-dm-0")
        below = await there.slack.say(there.ana, dm, "canary-below-0", direct)
        await there.slack.until(lambda: not there.slack.unacked)
        for channel, thread in places:
            await there.slack.until(partial(answered, there, channel, thread, 1))
            await there.slack.say(there.ana, channel, "again", thread)
        for channel, thread in places:
            await there.slack.until(partial(answered, there, channel, thread, 2))
        await there.slack.until(lambda: bool(there.answers(direct, dm)))
    for number, (channel, thread) in enumerate(places):
        shown = " ".join(message.text for message in there.answers(thread, channel))
        assert set(shown.split()) == {f"canary-thread-{number}"}
    for request in there.claude.requests:
        canaries = set(re.findall(r"canary-\w+-\d+", str(request.body["messages"])))
        assert len(canaries) == 1 or canaries == {"canary-dm-0", "canary-below-0"}
    assert below


async def test_no_text_and_no_secret_reaches_the_log(there: World) -> None:
    there.claude.answers("canary-answer")
    with capture_logs() as lines:
        async with there.bot('[defaults]\nprompt = "canary-prompt"\n'):
            thread = await there.ask("canary-question")
            await there.answered(thread, "canary-answer")
            await asyncio.sleep(0.1)
    told = str([line for line in lines if line["log_level"] != "debug"])
    assert "answered" in told
    assert "canary" not in told
    assert there.slack.bot_token not in told
    assert there.claude.api_key not in told
    structlog.reset_defaults()


async def test_only_the_admitted_are_heard(there: World) -> None:
    there.claude.answers("Yes.")
    guest = there.slack.person("Guest", guest=True)
    stranger = there.slack.person("Stranger", external=True)
    async with there.bot():
        for person in (guest, stranger):
            await there.ask("let me in", person=person)
        thread = await there.ask("me")
        await there.answered(thread, "Yes.")
        await asyncio.sleep(0.2)
    assert len(there.claude.requests) == 1
    async with there.bot("[access]\nguests = true\nexternal = true\n"):
        for person in (guest, stranger):
            await there.answered(await there.ask("let me in", person=person), "Yes.")
