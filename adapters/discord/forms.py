"""The form in which somebody writes a prompt of several lines."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import discord

from adapters.discord.menu import Words, word

LONGEST: Final = 4000  # characters; Discord's own limit for one field

Sent = Callable[[discord.Interaction[Any], str], Awaitable[None]]


class Form(discord.ui.Modal):
    """One large field; what is written in it goes to *sent*, with the language of who wrote it."""

    def __init__(self, words: Words, language: str, sent: Sent) -> None:
        super().__init__(title=word(words, "menu.form", language)[:45])
        self._sent = sent
        self._text = discord.ui.TextInput[Any](
            style=discord.TextStyle.paragraph, max_length=LONGEST, custom_id="text"
        )
        label = word(words, "menu.form.text", language)[:45]
        self.add_item(discord.ui.Label[Any](text=label, component=self._text))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Hand on what was written."""
        await self._sent(interaction, self._text.value)
