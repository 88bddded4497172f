"""The loggers handed to Slack's libraries, so that what they say can be kept."""

import logging
import re

_TICKET = re.compile(r"(ticket=)[^&\s'\")]+")


def quiet_logger(library: str, level: int) -> logging.Logger:
    """The logger for *library*, from *level* upwards whatever LOG_LEVEL says.

    Below WARNING both libraries print the text of messages. The level is set here and not left to
    the root, because slack_sdk reads it off the logger itself.
    """
    logger = logging.getLogger(f"{library}.parley")
    logger.setLevel(level)
    logger.addFilter(_one_line)
    return logger


def _one_line(record: logging.LogRecord) -> bool:
    # A refused handshake names the socket's address, whose ticket lets anybody in who is quick;
    # the traceback says it again. What went wrong is in the message already.
    record.msg = _TICKET.sub(r"\1***", record.getMessage())
    record.args = ()
    record.exc_info = None
    record.exc_text = None
    return True
