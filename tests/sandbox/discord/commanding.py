"""Commands for the sandbox to offer, and an app that answers their interactions."""

from typing import Any

from tests.sandbox.discord.wire import Answer, Client, Json

ASK: Json = {
    "name": "claude",
    "description": "Claude",
    "options": [
        {
            "type": 1,
            "name": "ask",
            "description": "Ask",
            "options": [
                {"type": 3, "name": "text", "description": "What", "required": True},
                {"type": 5, "name": "private", "description": "For me"},
                {"type": 4, "name": "most", "description": "How many words"},
                {"type": 10, "name": "warmth", "description": "How wild"},
                {
                    "type": 3,
                    "name": "tier",
                    "description": "Which",
                    "choices": [{"name": "Simple", "value": "simple"}],
                },
            ],
        },
        {
            "type": 2,
            "name": "prompt",
            "description": "Prompts",
            "options": [
                {"type": 1, "name": "show", "description": "Show"},
                {
                    "type": 1,
                    "name": "use",
                    "description": "Use",
                    "options": [
                        {"type": 3, "name": "name", "description": "Its", "autocomplete": True}
                    ],
                },
            ],
        },
    ],
}
MENU: Json = {"name": "Ask Claude", "type": 3, "contexts": [0]}


class App:
    """Our app: it syncs its commands and hears of their use on *socket*."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def begin(self) -> None:
        """Sync the commands, and connect."""
        await self.sync([ASK, MENU])
        self.socket = await self.client.connect()

    async def sync(self, commands: Any, guild: str | None = None) -> Answer:
        """The answer to a sync of all commands, of one guild or of all."""
        whole = f"/applications/{self.client.discord.application}"
        place = whole if guild is None else f"{whole}/guilds/{guild}"
        return await self.client.call("PUT", f"{place}/commands", commands)

    async def hear(self) -> Json:
        """The next interaction."""
        return await self.socket.data("INTERACTION_CREATE")

    async def reply(self, heard: Json, kind: int, data: Json | None = None) -> Answer:
        """The answer to the first response; no token goes with it but that in its path."""
        path = f"/interactions/{heard['id']}/{heard['token']}/callback"
        body = {"type": kind, "data": data}
        return await self.client.call("POST", path, body, token="", with_response=1)

    async def follow_up(self, heard: Json, **body: Any) -> Answer:
        """The answer to a follow-up."""
        return await self.client.call("POST", self._webhook(heard), body, token="")

    async def response(
        self, heard: Json, method: str = "PATCH", message: str = "@original", **body: Any
    ) -> Answer:
        """The answer to a call about one response."""
        path = f"{self._webhook(heard)}/messages/{message}"
        return await self.client.call(method, path, body or None, token="")

    def _webhook(self, heard: Json) -> str:
        return f"/webhooks/{heard['application_id']}/{heard['token']}"
