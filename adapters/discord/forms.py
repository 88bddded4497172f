"""The form in which somebody writes a prompt of several lines."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import discord

from adapters.discord.menu import Words, word

LONGEST: Final = 4000  # characters; Discord's own limit for one field

Sent = Callable[[discord.Interaction[Any], str], Awaitable[None]]
Failed = Callable[[discord.Interaction[Any], Exception], Awaitable[None]]


class Form(discord.ui.Modal):
    """One large field; what is written in it goes to *sent*, and what that raises to *failed*."""

    def __init__(self, words: Words, language: str, sent: Sent, failed: Failed) -> None:
        super().__init__(title=word(words, "menu.form", language)[:45])
        self._sent, self._failed = sent, failed
        self._text = discord.ui.TextInput[Any](
            style=discord.TextStyle.paragraph, max_length=LONGEST, custom_id="text"
        )
        label = word(words, "menu.form.text", language)[:45]
        self.add_item(discord.ui.Label[Any](text=label, component=self._text))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Hand on what was written."""
        await self._sent(interaction, self._text.value)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:  # type: ignore[override]  # as discord.py's own form does
        """Hand on what failed behind it: discord.py would only log it."""
        await self._failed(interaction, error)
