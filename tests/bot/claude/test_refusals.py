import time
from contextlib import aclosing
from email.utils import formatdate

import pytest

from bot.claude import Claude
from bot.manners import Opened
from bot.quota import Allowance, Quota
from bot.retry import Failure, Spot, Trouble
from sandbox import claude as simulated
from sandbox.claude import Fault, Meter, Rates, eof, error_event, raw, status
from sandbox.claude.faults import Reply
from tests.bot.claude.asking import WORDS, asking, attempted, failed


@pytest.mark.parametrize("typed", [True, False])
async def test_a_status_before_the_stream_is_told_apart(
    server: simulated.Claude,
    typed: bool,  # noqa: FBT001  - a table
) -> None:
    told = {
        **dict.fromkeys((400, 418, 422), (Trouble.REFUSED, False)),
        **dict.fromkeys((401, 402, 403), (Trouble.BARRED, False)),
        404: (Trouble.UNSERVED if typed else Trouble.REFUSED, False),
        413: (Trouble.TOO_LONG, False),
        **dict.fromkeys((408, 409, 500, 502, 503, 504, 520), (Trouble.BROKEN, True)),
        429: (Trouble.RATE_LIMITED, True),
        529: (Trouble.OVERLOADED, True),
    }
    kinds = {408: "timeout_error", 418: "teapot", 422: "invalid_request_error"}
    for code, (trouble, retryable) in told.items():
        server.requests.clear()
        fault = status(code, type=kinds.get(code)) if typed else _page(code)
        async with Claude(api_key=server.api_key, base_url=server.base_url) as claude:
            text, failure = await failed(server, claude, fault)
        assert (text, failure.trouble, failure.retryable) == ("", trouble, retryable), code
        assert f"status={code}" in failure.detail
        assert len(server.requests) == 1 + (trouble is not Trouble.BARRED), "one request each"


def _page(code: int) -> Fault:
    """What stands before the API says, in HTML."""
    return Reply(code, b"<h1>sorry</h1>", {"content-type": "text/html"})


@pytest.mark.parametrize(
    ("fault", "trouble", "retryable"),
    [
        (status(500, type="overloaded_error"), Trouble.OVERLOADED, True),
        (status(429, error_code="enforced_spend_limit_reached"), Trouble.BARRED, False),
        (status(429, error_code="contract_spend_limit_reached"), Trouble.BARRED, False),
        (status(429, error_code="ramp_limit_exceeded"), Trouble.RATE_LIMITED, True),
        (status(529, headers={"x-should-retry": "false"}), Trouble.OVERLOADED, False),
        (status(418, type="x", headers={"x-should-retry": "true"}), Trouble.BROKEN, True),
        (status(401, headers={"x-should-retry": "true"}), Trouble.BARRED, False),
        (status(403, type="overloaded_error"), Trouble.BARRED, False),
    ],
)
async def test_code_then_type_then_status_decide_and_the_server_may_forbid_or_allow(
    server: simulated.Claude,
    claude: Claude,
    fault: Fault,
    trouble: Trouble,
    retryable: bool,  # noqa: FBT001  - a table
) -> None:
    _, failure = await failed(server, claude, fault)
    assert (failure.trouble, failure.retryable) == (trouble, retryable)


@pytest.mark.parametrize(
    ("asked", "headers", "seconds"),
    [
        ("7", {}, 7.0),
        ("86400", {}, 86400.0),
        ("9", {"retry-after-ms": "250"}, 0.25),
        (None, {}, None),
        ("0", {}, None),
        ("-1", {}, None),
        ("soon", {}, None),
        ("nan", {}, None),
        ("inf", {}, None),
    ],
)
async def test_what_the_server_asks_for_is_reported_and_nonsense_is_not(
    server: simulated.Claude,
    claude: Claude,
    asked: str | None,
    headers: dict[str, str],
    seconds: float | None,
) -> None:
    fault = status(429, retry_after=asked, headers=headers)
    _, failure = await failed(server, claude, fault)
    assert failure.retry_after == seconds


async def test_a_date_to_come_back_at_is_reported_in_seconds(
    server: simulated.Claude, claude: Claude
) -> None:
    at = formatdate(time.time() + 60, usegmt=True)
    _, failure = await failed(server, claude, status(529, retry_after=at))
    assert failure.retry_after is not None
    assert 55 < failure.retry_after <= 60


@pytest.mark.parametrize("after_deltas", [0, 1, 5])
@pytest.mark.parametrize(
    ("type_", "trouble", "retryable"),
    [
        ("overloaded_error", Trouble.OVERLOADED, True),
        ("rate_limit_error", Trouble.RATE_LIMITED, True),
        ("api_error", Trouble.BROKEN, True),
        ("timeout_error", Trouble.BROKEN, True),
        ("brand_new_error", Trouble.BROKEN, True),
        ("invalid_request_error", Trouble.REFUSED, False),
    ],
)
async def test_an_error_within_the_stream_is_known_by_its_type(
    server: simulated.Claude,
    claude: Claude,
    after_deltas: int,
    type_: str,
    trouble: Trouble,
    retryable: bool,  # noqa: FBT001  - a table
) -> None:
    text, failure = await failed(server, claude, error_event(after_deltas, type_))
    assert text == WORDS[: 4 * after_deltas]
    assert (failure.trouble, failure.retryable) == (trouble, retryable)
    assert failure.detail == f"StreamErred type={type_} request=req_000002"


@pytest.mark.parametrize(
    ("fault", "ailing"),
    [
        (status(529), True),
        (status(429), True),
        (status(500), True),
        (_page(502), True),
        (error_event(1), True),
        (error_event(1, "api_error"), True),
        (error_event(1, "invalid_request_error"), False),
        (status(408), False),
        (status(409), False),
        (status(400), False),
        (status(429, error_code="enforced_spend_limit_reached"), False),
        (eof(1), False),
        (raw(b"data: {oops\n\n", 1), False),
    ],
)
async def test_only_a_trouble_that_everybody_has_is_the_services_own(
    server: simulated.Claude,
    claude: Claude,
    fault: Fault,
    ailing: bool,  # noqa: FBT001  - a table
) -> None:
    _, failure = await failed(server, claude, fault)
    assert failure.ailing is ailing


async def test_the_limits_come_with_an_answer_and_with_its_refusal(
    server: simulated.Claude, claude: Claude
) -> None:
    server.meter = Meter(Rates(requests=1, input=50_000, output=8000))
    async with aclosing(claude.attempt(asking(), None)) as said:
        opened = await anext(said)
    assert isinstance(opened, Opened)
    rates = Allowance(1, 0), Allowance(50_000, 50_000), Allowance(8000, 8000)
    assert opened.quota == Quota(*rates, "org-simulated")
    _, failure = await attempted(claude)
    assert isinstance(failure, Failure)
    assert failure.quota
    assert failure.quota.requests == Allowance(1, 0)
    assert failure.retry_after
    assert failure.retry_after > 50


async def test_an_overload_lasts_until_it_is_switched_off(
    server: simulated.Claude, claude: Claude
) -> None:
    server.overloaded = True
    for _ in range(3):
        _, failure = await attempted(claude)
        assert isinstance(failure, Failure)
        assert failure.trouble is Trouble.OVERLOADED
    server.overloaded = False
    assert (await attempted(claude))[0] == WORDS


async def test_a_wrong_key_and_a_retired_model_are_refused(server: simulated.Claude) -> None:
    async with Claude(api_key="sk-ant-wrong", base_url=server.base_url) as claude:
        _, failure = await attempted(claude)
    assert isinstance(failure, Failure)
    assert (failure.trouble, failure.retryable) == (Trouble.BARRED, False)
    assert "AuthenticationError status=401 type=authentication_error" in failure.detail


async def test_what_a_failure_tells_holds_no_word_of_prompt_answer_or_server(
    server: simulated.Claude, claude: Claude
) -> None:
    server.answers("SECRET answer")
    for fault in (
        status(400, type="SECRET type\nforged line", message="SECRET message"),
        raw(b'event: content_block_delta\ndata: {"text": "SECRET\n\n', 1),
        error_event(1, type="SECRET error\n"),
        eof(after_deltas=1),
    ):
        server.faults.append(fault)
        _, failure = await attempted(claude)
        assert isinstance(failure, Failure)
        assert "SECRET" not in failure.detail
        assert "\n" not in failure.detail
        assert "request=req_" in failure.detail


@pytest.mark.parametrize(
    ("fault", "trouble", "spot"),
    [
        (status(400, message="messages.3.content.1.text: bad"), Trouble.MALFORMED, Spot(3, 1)),
        (status(400, message="messages.12: bad"), Trouble.MALFORMED, Spot(12)),
        (status(400, message="messages: at least one is required"), Trouble.REFUSED, None),
        (status(400, message="all messages.x: bad"), Trouble.REFUSED, None),
        (status(400, message="prompt is too long: 9 tokens > 8 maximum"), Trouble.TOO_LONG, None),
        (
            status(400, message="input length and `max_tokens` exceed context limit: 9 > 8"),
            Trouble.TOO_LONG,
            None,
        ),
        (status(413), Trouble.TOO_LONG, None),
        (status(404), Trouble.UNSERVED, None),
        (error_event(1, "not_found_error"), Trouble.UNSERVED, None),
    ],
)
async def test_what_is_wrong_with_a_request_is_told_apart_and_never_repeated_as_it_is(
    server: simulated.Claude, claude: Claude, fault: Fault, trouble: Trouble, spot: Spot | None
) -> None:
    _, failure = await failed(server, claude, fault)
    assert (failure.trouble, failure.spot, failure.retryable) == (trouble, spot, False)
