"""Our app as the developer portal knows it: its token, its privileges, its commands."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.discord import payloads
from sandbox.discord.markup import Json
from sandbox.discord.model import APPLICATION, OWNER, Person
from sandbox.discord.sessions import Intent

STARTS_A_DAY = 1000
_PRIVILEGES = {
    Intent.GUILD_PRESENCES: 1 << 13,
    Intent.GUILD_MEMBERS: 1 << 15,
    Intent.MESSAGE_CONTENT: 1 << 19,
}
_OWNER = Person(OWNER, "Owner")


@dataclass(slots=True, eq=False)
class Application:
    """What its owner set up; *starts_left* is how often it may still identify today.

    A token that identifies more often than that is taken away, as Discord does.
    """

    name: str
    token: str = "MTAwMDAwMDAwMDAwMDAwMDAwMg.Gsandb.oxoxoxoxoxoxoxoxoxoxoxoxoxoxoxoxoxoxox"  # noqa: S105  - opens nothing but this sandbox
    revoked: bool = False
    privileged: Intent = Intent.MESSAGE_CONTENT
    starts_left: int = STARTS_A_DAY
    shards: int = 1
    interactions_endpoint_url: str | None = None
    commands: list[Json] = field(default_factory=list[Json])

    def accepts(self, token: Any) -> bool:
        """Whether *token* opens the API and the gateway."""
        return token == self.token and not self.revoked

    def may_intend(self, intents: int) -> bool:
        """Whether every privileged intent among *intents* is switched on."""
        return not any(intents & privilege & ~self.privileged for privilege in _PRIVILEGES)

    @property
    def flags(self) -> int:
        """The application's flags, which tell of its privileged intents."""
        return sum(bit for intent, bit in _PRIVILEGES.items() if intent in self.privileged)

    def described(self, guilds: int) -> Json:
        """The application as it sees itself; *guilds* is how many it is in."""
        return {
            "id": APPLICATION,
            "name": self.name,
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "00" * 32,
            "owner": payloads.user_object(_OWNER),
            "team": None,
            "flags": self.flags,
            "interactions_endpoint_url": self.interactions_endpoint_url,
            "approximate_guild_count": guilds,
            "integration_types_config": {"0": {}},
        }

    def gateway(self, address: str) -> Json:
        """Where the gateway is, and how often one may still identify there."""
        return {
            "url": address,
            "shards": self.shards,
            "session_start_limit": {
                "total": STARTS_A_DAY,
                "remaining": self.starts_left,
                "reset_after": 14_400_000,
                "max_concurrency": 1,
            },
        }

    def ready(self, bot: Person, guilds: list[str], session: str, address: str) -> Json:
        """The first event of a *session*, before its *guilds* come one by one."""
        return {
            "v": 10,
            "user": payloads.user_object(bot) | {"verified": True, "mfa_enabled": False},
            "guilds": [{"id": guild, "unavailable": True} for guild in guilds],
            "session_id": session,
            "resume_gateway_url": address,
            "session_type": "normal",
            "private_channels": [],
            "application": {"id": APPLICATION, "flags": self.flags},
        }
