"""Slack: events in over Socket Mode, messages out over the Web API."""

from adapters.slack.adapter import SlackAdapter
from adapters.slack.manifest import manifest_text

__all__ = ["SlackAdapter", "manifest_text"]
