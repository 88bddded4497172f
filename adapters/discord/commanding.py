"""The way of a command or a press: answered at once, handed to the desk, told what came of it."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import discord
from discord import app_commands
from structlog import get_logger

from adapters.discord import buttons, menu
from adapters.discord.callers import Interaction, author, caller, pressed_in
from adapters.discord.calls import discords_errors
from adapters.discord.deferring import deferred
from adapters.discord.events import DIRECT, Where, called, called_alone
from adapters.discord.forms import Form
from adapters.discord.listening import Reopen
from adapters.discord.messages import GuildOf, readable, said
from adapters.discord.nicks import Nicks
from adapters.discord.opening import Opening
from adapters.discord.places import Places
from adapters.discord.reading import title
from adapters.discord.responses import turn_of
from adapters.discord.snowflakes import micros
from adapters.discord.web import Web
from adapters.discord.writing import fitted
from bot.errors import PlatformError, origin
from bot.model import Address, Conversation, IncomingMessage, Place
from bot.ports import Caller, Control, Desk, Thread

_log = get_logger(__name__)

_CHOICES: Final = 25  # that Discord takes


class Commander:
    """Takes what people do with the commands and buttons of one bot to *desk*."""

    def __init__(
        self,
        desk: Desk,
        places: Places,
        web: Web,
        guild_of: GuildOf,
        reopen: Reopen,
        nicks: Nicks,
    ) -> None:
        self._desk = desk
        self._reopen = reopen
        self._places = places
        self._web = web
        self._guild_of = guild_of
        self._nicks = nicks
        self._words: menu.Words = {}

    def serve(
        self, bot: discord.Client, tree: app_commands.CommandTree[Any], words: menu.Words
    ) -> None:
        """Have *bot* bring commands and presses here; nothing is registered with Discord yet."""
        self._words = words
        for entry in menu.entries(
            menu.Handlers(
                self.ask,
                self.ask_alone,
                self.ask_about,
                self.command,
                self.write_prompt,
                self.choices,
            ),
            words,
        ):
            tree.add_command(entry)
        bot.add_dynamic_items(buttons.pressable(self.press))
        tree.error(self.failed)

    async def ask(self, interaction: Interaction, text: str) -> None:
        """Take a question in, which our response to it will answer."""
        response = await deferred(interaction)
        if response is None:
            return
        asked = await self._question(interaction, response, self._readable(interaction, text))
        refusal = await self._desk.ask(*asked)
        await self._refuse(interaction, refusal)

    async def ask_alone(self, interaction: Interaction, text: str) -> None:
        """Take a question in that nobody but its asker sees, nor what we answer."""
        response = await deferred(interaction, alone=True)
        if response is None:
            return
        turn = turn_of(interaction.id, response)
        conversation = called_alone(await self._where(interaction), turn)
        said = self._readable(interaction, text)
        asked = _message(interaction, turn, conversation, Place.THREAD, said)
        question = replace(asked, ticket=interaction.token)
        refusal = await self._desk.ask(question, self._reopen(conversation, None))
        await self._tell(interaction, refusal)

    async def ask_about(self, interaction: Interaction, message: discord.Message) -> None:
        """Take *message* in as what is asked about."""
        response = await deferred(interaction)
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
        response = await deferred(interaction, alone=True)
        if response is None:
            return
        told = await self._desk.command(line, await self._caller(interaction))
        await self._tell(interaction, told.alone)
        if told.everybody is not None:
            await self._announce(interaction, told.everybody)

    async def write_prompt(self, interaction: Interaction) -> None:
        """Give who may a form that holds the prompt in force; what they write is then set."""
        # Discord takes no form behind a deferral: this has three seconds.
        told = await self._desk.typed("prompt set", await self._caller(interaction))
        try:
            with discords_errors("form"):
                if told.form is not None:
                    form = Form(told.form, self.command, self._sorry)
                    await interaction.response.send_modal(form)
                else:
                    await _say_first(interaction, told.alone)
        except PlatformError as error:
            _log.warning("discord_form_lost", reason=str(error))

    async def choices(self, interaction: Interaction, line: str, typed: str) -> Sequence[str]:
        """What the command *line* may go on with for the caller who has *typed* that of it.

        Names that hold it, 25 at most as Discord takes; none where something fails.
        """
        try:
            names = self._desk.choices(line, await self._caller(interaction))
        except Exception as error:  # noqa: BLE001  - discord.py would log it with what was typed
            _fault("discord_choices_failed", error)
            return ()
        return [name for name in names if typed.casefold() in name.casefold()][:_CHOICES]

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
            place = pressed_in(await self._where(interaction), message, turn)
            told = await self._desk.press(control, turn, caller(interaction, place))
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
        if interaction.response.is_done():
            await self._tell(interaction, self._excuse(interaction))
            return
        try:
            with discords_errors("sorry"):
                await _say_first(interaction, self._excuse(interaction))
        except PlatformError as lost:
            _log.warning("discord_command_unanswered", reason=str(lost))

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
            await interaction.followup.send(fitted(told), ephemeral=True, allowed_mentions=none)

    async def _question(
        self, interaction: Interaction, response: int, text: str
    ) -> tuple[IncomingMessage, Thread]:
        conversation, place = called(await self._where(interaction), str(response))
        turn = turn_of(interaction.id, response)
        question = _message(interaction, turn, conversation, place, text)
        opens = place is Place.CHANNEL
        opening = Opening(None, title(text, question.author.name)) if opens else None
        thread = self._reopen(conversation, opening)
        self._web.tokens.keep(response, interaction.token, time.monotonic())
        return question, thread

    def _readable(self, interaction: Interaction, text: str) -> str:
        # Discord tells the names of whom a message mentions, but not of whom a command does.
        guild, asker = str(interaction.guild_id or DIRECT), author(interaction)
        self._nicks.note(guild, asker.id, asker.name)
        known = self._guild_of(interaction.guild_id or 0)
        return readable(text, known, lambda user: self._nicks.of(guild, user, ""))

    async def _where(self, interaction: Interaction) -> Where:
        channel = interaction.channel or discord.Object(interaction.channel_id or 0)
        return await self._places.of(channel)

    async def _caller(self, interaction: Interaction) -> Caller:
        """Who gives a command, in the conversation that it is given in: a channel has none."""
        inside, place = called(await self._where(interaction), str(interaction.id))
        here = replace(inside, thread=None) if place is Place.CHANNEL else inside
        return caller(interaction, here)

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
            await self._web.webhook.respond(interaction.token, fitted(told))
        except PlatformError as error:
            _log.warning("discord_command_unanswered", reason=str(error))

    async def _announce(self, interaction: Interaction, told: str) -> None:
        none = discord.AllowedMentions.none()
        try:
            with discords_errors("follow_up"):
                await interaction.followup.send(
                    fitted(told), allowed_mentions=none, suppress_embeds=True
                )
        except PlatformError as error:
            _log.warning("discord_change_not_announced", reason=str(error))


def _message(
    interaction: Interaction, turn: str, conversation: Conversation, place: Place, text: str
) -> IncomingMessage:
    return IncomingMessage(
        conversation=conversation,
        id=turn,
        sent_at=micros(interaction.id),
        place=place,
        address=Address.US,
        author=author(interaction),
        text=text,
        language=interaction.locale.value,
    )


async def _say_first(interaction: Interaction, told: str) -> None:
    """Tell the caller alone *told*, as the first that comes of *interaction*."""
    none = discord.AllowedMentions.none()
    await interaction.response.send_message(fitted(told), ephemeral=True, allowed_mentions=none)


def _fault(event: str, error: Exception) -> None:
    _log.error(event, fault=type(error).__name__, where=origin(error))
