"""Slack on loopback: what slack_sdk and Bolt meet of it, and a channel as a person sees it."""

from sandbox.slack.faults import Faults
from sandbox.slack.gateway import Delivery
from sandbox.slack.interacting import NotOffered, Private, Used
from sandbox.slack.rates import Shape
from sandbox.slack.scene import NotSeen
from sandbox.slack.server import Call, Slack
from sandbox.slack.workspace import File, Person, Shown

__all__ = [
    "Call",
    "Delivery",
    "Faults",
    "File",
    "NotOffered",
    "NotSeen",
    "Person",
    "Private",
    "Shape",
    "Shown",
    "Slack",
    "Used",
]
