import traceback
from collections.abc import AsyncIterator, Sequence

import pytest
import structlog
from structlog.testing import capture_logs

from bot.claude import AttemptFailed, Claude
from bot.retry import Failure, Trouble
from sandbox import claude as simulated
from sandbox.claude import status
from sandbox.claude.faults import Reply
from tests.bot.claude.asking import WORDS, attempted, whole

FIRST, SECOND, THIRD = "sk-ant-CANARY-1", "sk-ant-CANARY-2", "sk-ant-CANARY-3"
SPENT = status(429, error_code="enforced_spend_limit_reached")
OVER = (
    "You have reached your specified API usage limits. You will regain access on 2026-12-01.",
    "You have reached your specified workspace API usage limits.",
)


class Ring:
    """Keys that a test sets; *later* are found when they are read again."""

    def __init__(self, *keys: str) -> None:
        self.now: Sequence[str] = keys
        self.later: Sequence[str] = keys
        self.readings = 0

    def keys(self) -> Sequence[str]:
        return self.now

    def read_again(self) -> None:
        self.readings += 1
        self.now = self.later


@pytest.fixture
def ring() -> Ring:
    return Ring(FIRST, SECOND, THIRD)


@pytest.fixture
async def claude(server: simulated.Claude, ring: Ring) -> AsyncIterator[Claude]:
    server.keys = dict.fromkeys((FIRST, SECOND, THIRD))
    async with Claude(api_key=ring, base_url=server.base_url) as claude:
        yield claude
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "refusal",
    [status(401), status(402), status(403), SPENT, *(status(400, message=m) for m in OVER)],
)
async def test_where_a_key_is_refused_the_next_one_answers_within_the_same_attempt(
    server: simulated.Claude, claude: Claude, refusal: Reply
) -> None:
    server.keys[FIRST] = server.keys[SECOND] = refusal
    assert (await whole(claude))[0] == WORDS
    assert (server.refused, server.requests[-1].key) == ([FIRST, SECOND], THIRD)


async def test_a_refused_key_rests_and_the_others_keep_their_order(
    server: simulated.Claude, claude: Claude
) -> None:
    server.keys[FIRST] = status(401)
    for _ in range(3):
        await whole(claude)
    assert server.refused == [FIRST]
    assert [seen.key for seen in server.requests] == [SECOND] * 3
    server.keys |= {FIRST: None, SECOND: SPENT}
    await whole(claude)
    assert server.requests[-1].key == THIRD, "one that rests is asked with last"
    server.keys[THIRD] = SPENT
    await whole(claude)
    assert server.requests[-1].key == FIRST, "though rather than not at all"


@pytest.mark.parametrize(
    "fault",
    [
        status(400),
        status(400, message=f"messages.0.content.0.text: {OVER[0]}"),
        *(status(404), status(429), status(529)),
    ],
)
async def test_what_is_no_fault_of_the_key_is_not_asked_again_with_another(
    server: simulated.Claude, claude: Claude, fault: Reply
) -> None:
    server.keys[FIRST] = fault
    _, failure = await attempted(claude)
    assert isinstance(failure, Failure)
    assert server.refused == [FIRST]


async def test_where_every_key_is_refused_each_was_asked_with_once(
    server: simulated.Claude, claude: Claude
) -> None:
    server.keys = dict.fromkeys((FIRST, SECOND, THIRD), status(401))
    _, failure = await attempted(claude)
    assert isinstance(failure, Failure)
    assert (failure.trouble, failure.retryable) == (Trouble.BARRED, False)
    assert server.refused == [FIRST, SECOND, THIRD]


async def test_a_refused_key_is_looked_for_anew_and_the_answer_comes_with_the_new_one(
    server: simulated.Claude, claude: Claude, ring: Ring
) -> None:
    ring.now, ring.later = ["sk-ant-CANARY-old"], [SECOND]
    assert (await whole(claude))[0] == WORDS
    assert server.refused == ["sk-ant-CANARY-old"]
    assert (ring.readings, server.requests[-1].key) == (1, SECOND)


async def test_a_key_that_is_replaced_is_used_from_the_next_request_on(
    server: simulated.Claude, claude: Claude, ring: Ring
) -> None:
    await whole(claude)
    ring.now = [SECOND]
    await whole(claude)
    assert [seen.key for seen in server.requests] == [FIRST, SECOND]
    assert len({seen.port for seen in server.requests}) == 1, "over the same connection"


async def test_no_key_is_in_the_log_in_a_failure_or_in_an_exception(
    server: simulated.Claude, claude: Claude
) -> None:
    server.keys = dict.fromkeys((FIRST, SECOND, THIRD), status(401, message="SECRET message"))
    with capture_logs() as lines, pytest.raises(AttemptFailed) as caught:
        await whole(claude)
    assert [(line["event"], line.get("key"), line.get("of")) for line in lines] == [
        ("key_refused", 1, 3),
        ("key_refused", 2, 3),
        ("key_refused", 3, 3),
        ("keys_refused", None, None),
    ]
    assert "SECRET" not in str(lines)
    told = [str(lines), caught.value.failure.detail, repr(caught.value), repr(vars(claude))]
    told += traceback.format_exception(caught.value)
    assert "CANARY" not in " ".join(told)
