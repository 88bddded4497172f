"""What an operator reads of the program: one structured line an event, with no secret in it.

Rooms log with ``structlog.get_logger(__name__)``: a short event name, then key=value. What
libraries say through the standard library comes out of the same door. The policy is that no room
logs a secret or a person's text; the masking here is only the last net below it.
"""

import logging
import re
import sys
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_HELD = (
    # These write tokens, whole requests or a line for each call once they are let below WARNING.
    "aiohttp.access",
    "anthropic",
    "asyncio",
    "discord",
    "httpcore2",
    "httpx2",
    "slack_bolt",
    "slack_sdk",
)

# Nothing here asks for a word's beginning: in a rendered line it may stand behind an escaped "\\n".
_SECRETS = re.compile(
    r"""
      xox[a-z](?:\.xox[a-z])?-[\w-]{4,}             # Slack: bot, user, refresh, rotated
    | xapp-[\w-]{4,}                                # Slack: app-level
    | sk-ant-[\w-]{4,}                              # Anthropic
    | (?P<scheme>[Bb]earer\s+)[\w.~+/=-]{8,}        # an Authorization header
    # redis://user:password@host; bounded, so that a hostile line cannot make the search quadratic
    | (?P<user>[a-z][a-z0-9+.-]{0,15}://[^\s/@:'"]{0,64}:)[^\s'"]{1,256}(?=@)
    | [MNO][\w-]{22,28}\.[\w-]{6}\.[\w-]{27,45}     # Discord: id.time.signature
    """,
    re.VERBOSE,
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def configure(level: str, style: Literal["text", "json"], stream: TextIO | None = None) -> None:
    """Send every log line of the process to *stream* (default: stderr), from *level* upwards.

    *level* is a name like ``info``; *style* is what each line is: text for a person, or a JSON
    object. Times are UTC. Libraries that would leak stay at WARNING whatever *level* says. A
    second call replaces the first. Raises ValueError for a level that does not exist.
    """
    stamped: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(_may_pass)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=stamped,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _masked(_RENDERERS[style]),
            ],
        )
    )
    root = logging.getLogger()
    root.setLevel(level.upper())
    root.handlers[:] = [handler]
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,  # first: a line that nobody reads costs nothing
            *stamped,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def mask(text: str) -> str:
    """*text* with each thing that has the shape of a token or a password put out of sight."""
    return _SECRETS.sub(_hide, text)


def _hide(found: re.Match[str]) -> str:
    return f"{found['scheme'] or found['user'] or found[0][:4]}***"


def _may_pass(record: logging.LogRecord) -> bool:
    # Asked of the handler, not set on the loggers: a library that sets its own level when it is
    # imported (anthropic does, from ANTHROPIC_LOG) cannot open the door again.
    held = any(record.name == name or record.name.startswith(f"{name}.") for name in _HELD)
    return record.levelno >= logging.WARNING or not held


def _masked(render: Processor) -> Processor:
    # The finished line is masked, so that keys, nested values and tracebacks are in it too.
    def line(logger: WrappedLogger, method: str, event: EventDict) -> str:
        return mask(str(render(logger, method, event)))

    return line


_console = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)


def _text(logger: WrappedLogger, method: str, event: EventDict) -> str:
    # A terminal obeys escape sequences, and a line break in a value would forge a log line.
    for name, said in event.items():
        if isinstance(said, str):
            shown = said if name in {"exception", "stack"} else said.replace("\n", "\\n")
            event[name] = _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], shown)
    return _console(logger, method, event)


_RENDERERS: dict[str, Processor] = {"text": _text, "json": structlog.processors.JSONRenderer()}
