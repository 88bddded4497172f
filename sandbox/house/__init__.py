"""The house that needs no account: Slack, Discord and Claude simulated, the real bot between."""

from sandbox.house.entry import main

__all__ = ["main"]
