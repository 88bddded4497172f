"""Slack: events in over Socket Mode, messages out over the Web API."""

from adapters.slack.adapter import SlackAdapter

__all__ = ["SlackAdapter"]
