"""What comes out of the log: the shape of a line, and no secret in any of them."""

import io
import json
import logging
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import logs

CANARIES = (
    "xoxb-1234567890-0987654321-AbCdEfGhIjKlMnOpQrStUvWx",
    "xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4OTAtMTIzNDU2",
    "xoxe-1-My0xLTEyMzQ1Njc4OTAtMTIzNDU2",
    "xapp-1-A0123456789-1234567890123-0123456789abcdef",
    "sk-ant-api03-AbCdEf_GhIjKl-MnOpQrStUvWxYz",
    "MTE5OTk5OTk5OTk5OTk5OTk5OQ.GabcDE.aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789ab",
)
STYLES: tuple[Literal["text", "json"], ...] = ("text", "json")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A place to log to; what the process logged to before is put back afterwards."""
    root = logging.getLogger()
    handlers, level, log_to = root.handlers[:], root.level, structlog.get_config()
    logging.captureWarnings(capture=False)
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.configure(**log_to)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail(secret: str) -> None:
    raise ConnectionError(secret)


def test_a_json_line_tells_when_how_grave_who_and_what(stream: io.StringIO) -> None:
    logs.configure("info", "json", stream)
    structlog.get_logger("bot.responder").info("answered", conversation="slack:T1:C1:1.1", tokens=7)
    [line] = lines(stream)
    said_at = datetime.fromisoformat(str(line.pop("timestamp")))
    assert said_at.tzinfo == UTC
    assert line == {
        "level": "info",
        "logger": "bot.responder",
        "event": "answered",
        "conversation": "slack:T1:C1:1.1",
        "tokens": 7,
    }


def test_a_text_line_reads_from_left_to_right(stream: io.StringIO) -> None:
    logs.configure("info", "text", stream)
    structlog.get_logger("bot.responder").info("answered", tokens=7)
    when, rest = stream.getvalue().split(" ", 1)
    assert datetime.fromisoformat(when).tzinfo == UTC
    assert rest.split() == ["[info", "]", "answered", "[bot.responder]", "tokens=7"]


def test_the_standard_library_and_warnings_come_out_of_the_same_door(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        logs.configure("info", "json", stream)
        logging.getLogger("some.library").warning("%s of %d", "two", 3, extra={"shard": 4})
        warnings.warn("soon gone", DeprecationWarning, stacklevel=1)
    library, warning = lines(stream)
    assert (library["event"], library["logger"], library["shard"]) == (
        "two of 3",
        "some.library",
        4,
    )
    assert warning["logger"] == "py.warnings"
    assert "soon gone" in str(warning["event"])


def test_a_level_below_the_wanted_one_is_silent(stream: io.StringIO) -> None:
    logs.configure("warning", "json", stream)
    structlog.get_logger("bot").info("quiet")
    logging.getLogger("some.library").info("quiet")
    structlog.get_logger("bot").warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_configuring_again_replaces_what_was(stream: io.StringIO) -> None:
    logs.configure("info", "json", stream)
    logs.configure("info", "json", stream)
    logging.getLogger("some.library").info("once")
    assert len(lines(stream)) == 1


def test_a_level_that_does_not_exist_is_refused(stream: io.StringIO) -> None:
    with pytest.raises(ValueError, match="LOUD"):
        logs.configure("loud", "text", stream)


@pytest.mark.parametrize(
    "name", ["slack_sdk.web.async_client", "anthropic", "httpcore2.connection"]
)
def test_a_leaking_library_stays_at_warning_even_if_it_sets_its_own_level(
    stream: io.StringIO, name: str
) -> None:
    logs.configure("debug", "json", stream)
    logger = logging.getLogger(name)
    logger.setLevel(logging.DEBUG)
    logger.debug("request body")
    logger.info("GET /secret")
    logger.warning("trouble")
    logger.setLevel(logging.NOTSET)
    assert [line["event"] for line in lines(stream)] == ["trouble"]


def test_a_library_whose_name_only_begins_like_a_leaking_one_is_heard(stream: io.StringIO) -> None:
    logs.configure("info", "json", stream)
    logging.getLogger("anthropical").info("here")
    assert len(lines(stream)) == 1


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("canary", CANARIES)
def test_a_token_reaches_no_line_whatever_way_it_takes(
    stream: io.StringIO, canary: str, style: Literal["text", "json"]
) -> None:
    logs.configure("debug", style, stream)
    log, event = structlog.get_logger("bot"), f"with {canary}"
    log.info(event, value=canary, nested={"deep": [canary]}, **{canary: 1})
    logging.getLogger("some.library").error("failed with %s", canary, extra={"token": canary})
    try:
        fail(f"401 for\n{canary}")
    except ConnectionError:
        log.exception("failed")
        logging.getLogger("some.library").exception("failed")
    assert stream.getvalue().count("ConnectionError: 401 for") == 2
    assert canary not in stream.getvalue()
    assert canary[8:] not in stream.getvalue()


def test_an_authorization_header_and_a_password_in_an_address_are_masked() -> None:
    assert logs.mask("Authorization: Bearer abc.DEF-123=") == "Authorization: Bearer ***"
    assert logs.mask(r"\nBearer abc.DEF-123=") == r"\nBearer ***"
    assert logs.mask("redis://:hunter2@cache:6379/0") == "redis://:***@cache:6379/0"
    assert logs.mask("rediss://bot:p@ss/w0rd@cache") == "rediss://bot:***@cache"


@pytest.mark.parametrize(
    "plain",
    [
        "redis://cache:6379/0",
        "https://slack.com/api/chat.postMessage",
        "a bearer of news",
        "slack:T0123:C0123:1700000000.123456",
        "2026.11.15",
    ],
)
def test_what_is_no_secret_is_left_as_it_is(plain: str) -> None:
    assert logs.mask(plain) == plain


@given(st.sampled_from(CANARIES), st.text(), st.text())
def test_no_text_around_a_token_hides_it_from_the_mask(
    canary: str, before: str, after: str
) -> None:
    assert canary[8:] not in logs.mask(f"{before} {canary} {after}")


@pytest.mark.parametrize("piece", ["a://", "a://b:", "xoxb-", "M", "a:", "Bearer ", "sk-ant-"])
def test_a_hostile_line_costs_no_more_than_a_long_one(piece: str) -> None:
    line = piece * (100_000 // len(piece))
    began = time.process_time()
    logs.mask(line)
    assert time.process_time() - began < 2


def test_a_hostile_value_can_neither_forge_a_line_nor_steer_the_terminal(
    stream: io.StringIO,
) -> None:
    logs.configure("info", "text", stream)
    hostile = "\x1b[2J\r\nforged \u2028line"
    structlog.get_logger("bot").info(hostile, value="\x1b[31mred", list=[hostile])
    logging.getLogger("some.library").info("%s", hostile)
    written = stream.getvalue()
    assert written.count("\n") == len(written.splitlines()) == 2
    assert "\x1b" not in written


def test_a_traceback_keeps_its_lines_and_shows_no_variables(stream: io.StringIO) -> None:
    logs.configure("info", "text", stream)
    try:
        fail("gone")
    except ConnectionError:
        structlog.get_logger("bot").exception("failed")
    written = stream.getvalue()
    assert written.endswith("ConnectionError: gone\n")
    assert "secret = " not in written
    assert written.count("\n") > 4


def test_what_is_bound_to_the_task_stands_on_each_of_its_lines(stream: io.StringIO) -> None:
    logs.configure("info", "json", stream)
    with structlog.contextvars.bound_contextvars(conversation="slack:T1:C1:1.1"):
        structlog.get_logger("bot").info("one")
        logging.getLogger("some.library").info("two")
    assert {line["conversation"] for line in lines(stream)} == {"slack:T1:C1:1.1"}


def test_lines_go_to_stderr_unless_told_otherwise(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stream.getvalue() == ""
    logs.configure("info", "text")
    structlog.get_logger("bot").info("here")
    told = capsys.readouterr()
    assert "here" in told.err
    assert told.out == ""
