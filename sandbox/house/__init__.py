"""The house that needs no account: Slack and Claude simulated, the real bot between them."""

from sandbox.house.entry import main

__all__ = ["main"]
