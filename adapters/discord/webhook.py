"""The calls by the token of an interaction: what answers it, be it for all or one person alone."""

from collections.abc import Callable
from typing import Any

import aiohttp
import discord
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from adapters.discord.calls import call


class Webhook:
    """What may be done by such a token, for 15 minutes; raises only platform errors.

    *client* gives the client of the application whose interactions these are, logged in.
    """

    def __init__(self, client: Callable[[], discord.Client]) -> None:
        self._client = client

    async def respond(
        self,
        token: str,
        text: str,
        buttons: discord.ui.View | None = None,
        message: int | None = None,
    ) -> None:
        """Let our response to the interaction of *token*, or its follow-up *message*, say *text*.

        Nothing in it pings or unfurls.
        """
        application, session, adapter = self._at(token)
        said = _said(text, buttons)
        async with call("edit_response"):
            if message is None:
                await adapter.edit_original_interaction_response(
                    application, token, session=session, payload=said
                )
            else:
                await adapter.edit_webhook_message(
                    application, token, message, session=session, payload=said
                )

    async def follow_up(
        self,
        token: str,
        text: str,
        buttons: discord.ui.View | None = None,
        *,
        alone: bool = True,
    ) -> str:
        """The id of a new message that says *text*, to the one person of *token* where *alone*.

        Discord keeps no nonce of such a message: called twice, it stands there twice.
        """
        application, session, adapter = self._at(token)
        said = _said(text, buttons)
        said["flags"] |= discord.MessageFlags(ephemeral=alone).value
        async with call("follow_up"):
            posted: Any = await adapter.execute_webhook(
                application, token, session=session, payload=said, wait=True
            )
            return str(posted["id"])

    async def delete(self, token: str, message: int | None = None) -> None:
        """Take our response to the interaction of *token* away, or its follow-up *message*."""
        application, session, adapter = self._at(token)
        async with call("delete_response"):
            if message is None:
                await adapter.delete_original_interaction_response(
                    application, token, session=session
                )
            else:
                await adapter.delete_webhook_message(application, token, message, session=session)

    def _at(self, token: str) -> tuple[int, aiohttp.ClientSession, AsyncWebhookAdapter]:
        # Webhook's own methods have no way to suppress embeds; its adapter, which holds the
        # token's own bucket, takes any payload.
        client = self._client()
        application = client.application_id
        assert application is not None  # logged in
        session = discord.Webhook.partial(application, token, client=client).session
        return application, session, async_context.get()


def _said(text: str, buttons: discord.ui.View | None) -> dict[str, Any]:
    return {
        "content": text,
        "flags": discord.MessageFlags(suppress_embeds=True).value,
        "allowed_mentions": discord.AllowedMentions.none().to_dict(),
        "components": buttons.to_components() if buttons is not None else [],
    }
