"""Stand-ins of Slack and Claude on loopback, speaking their wire protocols."""
