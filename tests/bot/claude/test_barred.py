"""While each of our keys is refused, one request in a while finds out whether that still holds."""

from collections.abc import AsyncIterator

import pytest
import structlog
from structlog.testing import capture_logs

from bot.claude import Claude
from bot.claude.rolling import PROBING
from bot.retry import Failure, Trouble
from sandbox import claude as simulated
from sandbox.claude import status
from sandbox.claude.faults import Reply
from tests.bot.claude.asking import TIER, WORDS, asking, attempted, whole
from tests.bot.claude.test_keys import FIRST, SECOND, SPENT, THIRD, Ring


class Clock:
    """A clock that a test puts on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ring() -> Ring:
    return Ring(FIRST, SECOND)


@pytest.fixture
async def claude(server: simulated.Claude, ring: Ring, clock: Clock) -> AsyncIterator[Claude]:
    server.keys = dict.fromkeys((FIRST, SECOND), status(401))
    async with Claude(api_key=ring, base_url=server.base_url, clock=clock) as claude:
        yield claude
    structlog.reset_defaults()


async def barred(claude: Claude) -> Failure:
    text, failure = await attempted(claude)
    assert isinstance(failure, Failure)
    assert (text, failure.trouble, failure.retryable) == ("", Trouble.BARRED, False)
    return failure


async def test_refused_keys_are_asked_with_once_and_then_one_at_a_time_in_their_turn(
    server: simulated.Claude, claude: Claude, clock: Clock
) -> None:
    details = [(await barred(claude)).detail for _ in range(5)]
    assert server.refused == [FIRST, SECOND]
    assert all("AuthenticationError status=401" in detail for detail in details)
    for probed in (FIRST, SECOND, FIRST):
        clock.now += PROBING
        server.refused.clear()
        for _ in range(5):
            await barred(claude)
        assert server.refused == [probed]


async def test_it_is_told_once_and_when_it_is_over(
    server: simulated.Claude, claude: Claude, clock: Clock
) -> None:
    with capture_logs() as lines:
        for _ in range(2):
            await barred(claude)
            clock.now += PROBING
        server.keys[SECOND] = None
        assert (await whole(claude))[0] == WORDS
        await whole(claude)
    assert [line["event"] for line in lines] == [
        *("key_refused", "key_refused", "keys_refused"),
        "keys_accepted",
    ]
    assert lines[2]["log_level"] == "error"
    assert lines[2]["keys"] == 2


@pytest.mark.parametrize("later", [False, True], ids=["at once", "when read again"])
async def test_a_key_that_is_replaced_is_asked_with_at_the_next_question(
    server: simulated.Claude,
    claude: Claude,
    ring: Ring,
    later: bool,  # noqa: FBT001  - a table
) -> None:
    await barred(claude)
    ring.later = [THIRD]
    ring.now = ring.now if later else ring.later
    server.keys[THIRD] = None
    assert (await whole(claude))[0] == WORDS


async def test_a_new_key_that_is_refused_too_is_told_anew(
    server: simulated.Claude, claude: Claude, ring: Ring
) -> None:
    server.keys[THIRD] = status(402)
    with capture_logs() as lines:
        await barred(claude)
        ring.now = ring.later = [THIRD]
        await barred(claude)
        await barred(claude)
    assert server.refused == [FIRST, SECOND, THIRD]
    assert [line["event"] for line in lines].count("keys_refused") == 2


async def test_each_model_is_barred_for_itself(server: simulated.Claude, claude: Claude) -> None:
    await barred(claude)
    server.keys[FIRST] = None
    other = asking(tier=TIER.__class__("general", "claude-sonnet-5-5", 100, TIER.effort))
    assert (await whole(claude, other))[0] == WORDS
    await barred(claude)


async def test_what_is_wrong_with_one_request_shows_that_its_key_is_taken(
    server: simulated.Claude, claude: Claude, clock: Clock
) -> None:
    await barred(claude)
    clock.now += PROBING
    server.keys[FIRST] = status(400)
    await attempted(claude)
    server.keys[FIRST] = None
    assert (await whole(claude))[0] == WORDS


@pytest.mark.parametrize(
    "passing",
    [status(529), Reply(502, b"<h1>Bad gateway</h1>")],
)
async def test_what_tells_nothing_of_a_key_ends_nothing(
    server: simulated.Claude, claude: Claude, clock: Clock, passing: Reply
) -> None:
    await barred(claude)
    clock.now += PROBING
    server.keys[FIRST] = passing
    await attempted(claude)
    server.keys[FIRST] = None
    await barred(claude)


@pytest.mark.parametrize(
    ("refusal", "asked"),
    [
        *((refusal, 1) for refusal in (status(401), status(402), status(403), SPENT)),
        (Reply(403, b"<h1>Your words look like an attack</h1>"), 3),
    ],
)
async def test_only_the_apis_own_word_bars_a_key_and_no_firewalls(
    server: simulated.Claude, claude: Claude, ring: Ring, refusal: Reply, asked: int
) -> None:
    ring.now = ring.later = [FIRST]
    server.keys[FIRST] = refusal
    for _ in range(3):
        await barred(claude)
    assert len(server.refused) == asked


async def test_a_models_api_that_refuses_bars_no_questions(
    server: simulated.Claude, claude: Claude
) -> None:
    await claude.lives(["claude-haiku-5-5"])
    server.keys = dict.fromkeys((FIRST, SECOND))
    assert (await whole(claude))[0] == WORDS
