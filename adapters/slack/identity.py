"""Who we are in the workspace that installed us."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """What ``auth.test`` told of us.

    *workspace* is the first part of every conversation's key: the team that installed us, or the
    enterprise where the whole organisation did. *bot* is None where the token is no bot's. *name*
    is how people mention us; *customizes*: we may post under another name.
    """

    workspace: str
    user: str
    bot: str | None = None
    team: str | None = None
    enterprise: str | None = None
    name: str = "Claude"
    customizes: bool = True

    def wrote(self, user: str | None, bot: str | None) -> bool:
        """Whether a message of *user* and *bot* is our own."""
        return user == self.user or (bot is not None and bot == self.bot)

    def at_home(self, team: str | None) -> bool:
        """Whether *team* is ours; True where Slack does not say one."""
        return team is None or team in {self.workspace, self.team, self.enterprise}
