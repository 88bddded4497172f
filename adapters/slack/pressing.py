"""The way of a press: read, its author looked up, handed to the desk, told what came of it."""

from collections.abc import Mapping

from structlog import get_logger

from adapters.slack.buttons import Press, pressed
from adapters.slack.events import is_dm, settings_place
from adapters.slack.messages import Said
from adapters.slack.thread import SlackThread, Workspace
from bot.errors import PlatformError
from bot.ports import Caller, Desk

_log = get_logger(__name__)


class Presser:
    """Takes presses in one workspace to *desk*."""

    def __init__(self, desk: Desk, workspace: Workspace) -> None:
        self._desk = desk
        self._workspace = workspace

    async def take(self, body: Mapping[str, object]) -> None:
        """Do what was pressed, and tell the caller alone where that cannot be seen.

        Raises nothing that a platform can: Slack sends no press again.
        """
        press = pressed(body, self._workspace.us)
        if press is None:
            _log.debug("slack_press_dropped")
            return
        try:
            told = await self._desk.press(press.control, press.turn, await self._caller(press))
            if told is not None:
                await SlackThread(press.place, self._workspace).whisper(press.user, told)
        except PlatformError as error:
            _log.warning("slack_press_lost", reason=str(error))

    async def _caller(self, press: Press) -> Caller:
        who = Said.by(press.user, press.team, "")  # people are known by their messages
        known = await self._workspace.people.hear(who)
        return Caller(
            known.author(who),
            press.place,
            settings_place(press.place.channel),
            manages=known.manages(who),
            is_direct=is_dm(press.place.channel),
            language=known.language(who),
        )
