"""Stand-ins of Slack, Discord and Claude on loopback, speaking their wire protocols."""
