"""The way of a command or a press: answered at once, handed to the desk, told what came of it."""

import asyncio
import time
from dataclasses import replace
from typing import Any, Final

import discord
from discord import app_commands
from structlog import get_logger

from adapters.discord import buttons, menu
from adapters.discord.events import Where, called, settings_place
from adapters.discord.forms import Form
from adapters.discord.listening import Reopen
from adapters.discord.messages import GuildOf, said
from adapters.discord.opening import Opening
from adapters.discord.places import Places
from adapters.discord.reading import clean, title
from adapters.discord.responses import turn_of
from adapters.discord.snowflakes import micros
from adapters.discord.trouble import code_of
from adapters.discord.web import Web, discords_errors
from adapters.discord.writing import render
from bot.errors import Denied, PlatformError, Unreachable, origin
from bot.model import Address, Author, Conversation, IncomingMessage, Place, Standing
from bot.ports import Caller, Control, Desk, Thread

_log = get_logger(__name__)

Interaction = discord.Interaction[Any]
_ACKNOWLEDGED: Final = 40060  # somebody has answered that interaction
_PROMPT: Final = 1.2  # seconds; Discord gives us three, and then there is time for a second try


class Commander:
    """Takes what people do with the commands and buttons of one bot to *desk*."""

    def __init__(
        self, desk: Desk, places: Places, web: Web, guild_of: GuildOf, reopen: Reopen
    ) -> None:
        self._desk = desk
        self._reopen = reopen
        self._places = places
        self._web = web
        self._guild_of = guild_of
        self._words: menu.Words = {}

    def serve(
        self, bot: discord.Client, tree: app_commands.CommandTree[Any], words: menu.Words
    ) -> None:
        """Have *bot* bring commands and presses here; nothing is registered with Discord yet."""
        self._words = words
        for entry in menu.entries(
            menu.Handlers(self.ask, self.ask_about, self.command, self.write_prompt), words
        ):
            tree.add_command(entry)
        bot.add_dynamic_items(buttons.pressable(self.press))
        tree.error(self.failed)

    async def ask(self, interaction: Interaction, text: str) -> None:
        """Take a question in, which our response to it will answer."""
        response = await self._deferred(interaction)
        if response is None:
            return
        asked = await self._question(interaction, response, text)
        refusal = await self._desk.ask(*asked)
        await self._refuse(interaction, refusal)

    async def ask_about(self, interaction: Interaction, message: discord.Message) -> None:
        """Take *message* in as what is asked about."""
        response = await self._deferred(interaction)
        if response is None:
            return
        one = said(message, self._guild_of)
        text = one.read_by(frozenset({self._web.us}))
        question, thread = await self._question(interaction, response, text)
        about = IncomingMessage(
            conversation=question.conversation,
            id=str(one.id),
            sent_at=one.sent_at,
            place=question.place,
            address=Address.US,
            author=one.by,
            text=text,
            attachments=one.attachments,
        )
        refusal = await self._desk.ask_about(about, question, thread)
        await self._refuse(interaction, refusal)

    async def command(self, interaction: Interaction, line: str) -> None:
        """Obey *line*, and tell the caller alone what came of it."""
        response = await self._deferred(interaction, alone=True)
        if response is None:
            return
        where = await self._where(interaction)
        inside, place = called(where, str(response))
        here = replace(inside, thread=None) if place is Place.CHANNEL else inside
        told = await self._desk.command(line, _caller(interaction, here))
        await self._tell(interaction, told.alone)
        if told.everybody is not None:
            await self._announce(interaction, told.everybody)

    async def write_prompt(self, interaction: Interaction) -> None:
        """Give the caller a form for a prompt of several lines; what they write is then set."""
        try:
            with discords_errors("form"):
                form = Form(self._words, interaction.locale.value, self._set_prompt, self._sorry)
                await interaction.response.send_modal(form)
        except PlatformError as error:
            _log.warning("discord_form_lost", reason=str(error))

    async def _set_prompt(self, interaction: Interaction, text: str) -> None:
        await self.command(interaction, f"prompt set {text}")

    async def press(self, interaction: Interaction, control: Control, turn: str) -> None:
        """Do what was pressed, and tell the caller alone where that cannot be seen."""
        message = interaction.message
        assert message is not None  # what was pressed stands below one
        try:
            with discords_errors("defer"):
                await interaction.response.defer()
        except PlatformError as error:
            _log.warning("discord_press_lost", reason=str(error))
            return
        try:
            place, _ = called(await self._where(interaction), str(_root(message)))
            told = await self._desk.press(control, turn, _caller(interaction, place))
            if told is not None:
                await self._whisper(interaction, told)
        except Exception as error:  # noqa: BLE001  - discord.py would log it, and nobody be told
            _fault("discord_press_failed", error)
            await self._whisper_sorry(interaction)

    async def failed(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Tell the log that a command failed, not with what was typed; and who gave it, so."""
        cause = error.__cause__
        await self._sorry(interaction, cause if isinstance(cause, Exception) else error)

    async def _sorry(self, interaction: Interaction, error: Exception) -> None:
        _fault("discord_command_failed", error)
        await self._tell(interaction, self._excuse(interaction))

    async def _whisper_sorry(self, interaction: Interaction) -> None:
        # The response to a press is the message it stands below: that is not ours to overwrite.
        try:
            await self._whisper(interaction, self._excuse(interaction))
        except PlatformError as error:
            _log.warning("discord_press_lost", reason=str(error))

    def _excuse(self, interaction: Interaction) -> str:
        return menu.word(self._words, "menu.failed", interaction.locale.value)

    async def _whisper(self, interaction: Interaction, told: str) -> None:
        none = discord.AllowedMentions.none()
        with discords_errors("follow_up"):
            await interaction.followup.send(render(told), ephemeral=True, allowed_mentions=none)

    async def _deferred(self, interaction: Interaction, *, alone: bool = False) -> int | None:
        """The id of our response, which shows the caller *alone*, or everybody, that we think.

        None where Discord does not take it: it came too late, or another process was faster.
        """
        try:
            try:
                with discords_errors("defer"):
                    async with asyncio.timeout(_PROMPT):
                        return await _answered(interaction, alone=alone)
            except Unreachable as lost:
                # It may have been taken all the same: then the second is told so.
                _log.info("discord_deferral_repeated", reason=str(lost))
                return await _answered_after_all(interaction, alone=alone)
        except PlatformError as error:
            _log.warning("discord_command_lost", reason=str(error))
            return None

    async def _question(
        self, interaction: Interaction, response: int, text: str
    ) -> tuple[IncomingMessage, Thread]:
        conversation, place = called(await self._where(interaction), str(response))
        author = _author(interaction)
        question = IncomingMessage(
            conversation=conversation,
            id=turn_of(interaction.id, response),
            sent_at=micros(interaction.id),
            place=place,
            address=Address.US,
            author=author,
            text=text,
            language=interaction.locale.value,
        )
        opens = place is Place.CHANNEL
        opening = Opening(None, title(text, author.name)) if opens else None
        thread = self._reopen(conversation, opening)
        self._web.tokens.keep(response, interaction.token, time.monotonic())
        return question, thread

    async def _where(self, interaction: Interaction) -> Where:
        channel = interaction.channel or discord.Object(interaction.channel_id or 0)
        return await self._places.of(channel)

    async def _refuse(self, interaction: Interaction, refusal: str | None) -> None:
        """Tell the caller alone why the question was not taken, in place of our open response."""
        if refusal is None:
            return
        try:
            with discords_errors("refuse"):
                await interaction.delete_original_response()
            await self._whisper(interaction, refusal)
        except PlatformError as error:
            _log.info("discord_refusal_stays_open", reason=str(error))
            await self._tell(interaction, refusal)

    async def _tell(self, interaction: Interaction, told: str | None) -> None:
        if told is None:
            return
        try:
            await self._web.respond(interaction.token, render(told))
        except PlatformError as error:
            _log.warning("discord_command_unanswered", reason=str(error))

    async def _announce(self, interaction: Interaction, told: str) -> None:
        none = discord.AllowedMentions.none()
        try:
            with discords_errors("follow_up"):
                await interaction.followup.send(
                    render(told), allowed_mentions=none, suppress_embeds=True
                )
        except PlatformError as error:
            _log.warning("discord_change_not_announced", reason=str(error))


async def _answered(interaction: Interaction, *, alone: bool) -> int:
    """The id of our response, by which everybody, or the caller *alone*, sees that we think."""
    with discords_errors("defer"):
        answered = await interaction.response.defer(ephemeral=alone, thinking=True)
        told = answered.message_id if answered is not None else None
        return told or (await interaction.original_response()).id


async def _answered_after_all(interaction: Interaction, *, alone: bool) -> int:
    try:
        return await _answered(interaction, alone=alone)
    except Denied as denied:
        if code_of(denied) != _ACKNOWLEDGED:
            raise
    with discords_errors("defer"):
        return (await interaction.original_response()).id


def _fault(event: str, error: Exception) -> None:
    _log.error(event, fault=type(error).__name__, where=origin(error))


def _root(message: discord.Message) -> int:
    """The message that opens the conversation in which *message*, an answer of ours, stands."""
    # What could not open a thread stands in the channel, as a reply to the question. A response to
    # a command may refer to another message too, which it is about.
    replies = message.type is discord.MessageType.reply and message.interaction_metadata is None
    above = message.reference.message_id if replies and message.reference is not None else None
    return above or message.id


def _caller(interaction: Interaction, place: Conversation) -> Caller:
    may = interaction.permissions
    manages = interaction.guild_id is not None and (may.administrator or may.manage_channels)
    return Caller(
        _author(interaction),
        place,
        settings_place(place.channel),
        manages=manages,
        is_direct=interaction.guild_id is None,
        language=interaction.locale.value,
    )


def _author(interaction: Interaction) -> Author:
    user = interaction.user
    standing = Standing.BOT if user.bot else Standing.MEMBER
    return Author(str(user.id), clean(user.display_name) or "somebody", standing)
