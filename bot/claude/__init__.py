"""The Messages API: one streamed attempt at an answer, and what stood in its way as a Failure."""

from bot.claude.client import API, AttemptFailed, Claude

__all__ = ["API", "AttemptFailed", "Claude"]
