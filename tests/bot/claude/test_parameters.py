import itertools
from dataclasses import replace

from bot import prompting
from bot.claude import Claude
from bot.model import Author, Ending, Request, Role, Turn, Usage
from sandbox import claude as simulated
from tests.bot.claude.asking import TIER, WORDS, asking, attempted, whole

LONG = "You know everything about our build. " * 60  # some 550 tokens, enough to be cached
BREAKPOINT = b'"cache_control":{"type":"ephemeral"}'


async def test_sampling_and_version_are_sent_to_an_api_that_takes_them(
    server: simulated.Claude,
) -> None:
    tier = replace(TIER, temperature=0.2, top_p=0.9)
    async with Claude(
        api_key=server.api_key, base_url=server.base_url, api_version="2023-06-01"
    ) as claude:
        await whole(claude, asking(tier=tier))
        await whole(claude, asking(tier=replace(tier, temperature=0.0, top_p=None)))
    first, second = server.requests
    assert first.headers["anthropic-version"] == "2023-06-01"
    assert (first.body["temperature"], first.body["top_p"]) == (0.2, 0.9)
    assert second.body["temperature"] == 0.0
    assert "top_p" not in second.body


async def test_without_a_version_it_is_the_sdks_own(
    server: simulated.Claude, claude: Claude
) -> None:
    await whole(claude)
    assert server.requests[0].headers["anthropic-version"] == "2026-10-21"


def turn(number: int, role: Role) -> Turn:
    author = Author(id="U1", name="Ana") if role is Role.USER else None
    return Turn(
        id=f"{number:03}",
        sent_at=number * 60_000_000,
        role=role,
        text=f"text {number}",
        author=author,
    )


def talk(turns: int) -> Request:
    """The request that asks for the answer behind so many turns of one conversation."""
    roles = (Role.USER, Role.ASSISTANT) * turns
    said = [turn(number, role) for number, role in enumerate(roles[:turns])]
    return prompting.request(said, tier=TIER, prompt=LONG)


async def test_over_many_turns_no_byte_of_what_was_said_changes_and_two_breakpoints_stand(
    server: simulated.Claude, claude: Claude
) -> None:
    for turns in (1, 3, 5, 7, 9):
        await whole(claude, talk(turns))
    bodies = [seen.raw for seen in server.requests]
    for earlier, later in itertools.pairwise(bodies):
        assert _system(earlier) == _system(later)
        assert _messages(later).startswith(_messages(earlier))
    assert all(body.count(BREAKPOINT) == 2 for body in bodies)
    assert all(_system(body).count(BREAKPOINT) == 1 for body in bodies)


async def test_what_an_earlier_turn_wrote_to_the_cache_is_read_and_counted(
    server: simulated.Claude, claude: Claude
) -> None:
    usages = [(await whole(claude, talk(turns)))[1].usage for turns in (1, 3, 5)]
    assert usages[0].cache_read == 0
    assert usages[0].cache_write > 512
    for before, after in itertools.pairwise(usages):
        assert after.cache_read == before.cache_read + before.cache_write
        assert 0 < after.cache_write < 50


async def test_a_thread_that_begins_reads_its_channels_prompt_from_the_cache(
    server: simulated.Claude, claude: Claude
) -> None:
    await whole(claude, asking("A question. " * 20, system=LONG))
    _, ending = await whole(claude, asking("Quite another one. " * 20, system=LONG))
    assert ending.usage.cache_read == len(LONG) // 4
    _, ending = await whole(claude, asking("And one elsewhere.", system=LONG + "!"))
    assert ending.usage.cache_read == 0


async def test_a_short_prompt_is_not_cached_and_nobody_minds(claude: Claude) -> None:
    for _ in range(2):
        _, ending = await attempted(claude)
        assert isinstance(ending, Ending)
        assert ending.usage == Usage(input=4, output=len(WORDS) // 4)


def _system(body: bytes) -> bytes:
    start = body.index(b'"system":')
    return body[start : body.index(b"}]", start)]


def _messages(body: bytes) -> bytes:
    """The messages, without what closes the last one."""
    start = body.index(b'"messages":')
    return body[start : body.index(b"}]}]", start)]
