"""Pure: a place in a file, written as its author would write it."""

import json
import re

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_MOST = 60  # characters of anybody's text that a sentence repeats


def where(file: str, *keys: str | int) -> str:
    """The place of *keys* in *file*: ``bot.toml: channels."slack:C01".tier``."""
    return f"{file}: {path(*keys)}" if keys else file


def path(*keys: str | int) -> str:
    """*keys* as TOML joins them, ``channels."slack:C01".tier``; a number counts in a list."""
    steps = (f"[{key}]" if isinstance(key, int) else f".{_written(key)}" for key in keys)
    return "".join(steps).removeprefix(".")


def quoted(text: str) -> str:
    """*text* in quotes, on one line, cut where it is long; what cannot be seen is escaped."""
    short = text if len(text) <= _MOST else f"{text[:_MOST]}…"
    written = json.dumps(short, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in written)


def _written(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) and len(key) <= _MOST else quoted(key)
