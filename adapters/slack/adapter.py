"""The Slack adapter: the parts joined behind `bot.ports.Adapter`, over Socket Mode."""

from collections import Counter
from types import MappingProxyType
from typing import Final

from adapters.slack.app import build_app
from adapters.slack.commanding import Commander
from adapters.slack.connection import Connection, Timing
from adapters.slack.events import PLATFORM, Dropped
from adapters.slack.listening import Listener
from adapters.slack.people import People
from adapters.slack.pressing import Presser
from adapters.slack.setup import identify, prove_socket
from adapters.slack.status import Status
from adapters.slack.thread import SlackThread, Workspace
from adapters.slack.web import API_URL, Web
from adapters.slack.words import Words
from bot.model import Conversation
from bot.ports import Desk, Ear, Token, lasting

_DEFAULT_TIMING: Final = Timing()


class SlackAdapter:
    """One workspace of Slack; implements `bot.ports.Adapter`.

    A token may be replaced by another one of the same app: each call takes the bot token as it is
    by then, each new socket the app token. *api_url* stands in for Slack's own: GovSlack, a proxy,
    the sandbox. *status* is what Slack shows behind our name while an answer is on its way; None
    shows nothing. *words* are what only the adapter can tell people, by key and language.
    """

    def __init__(
        self,
        *,
        bot_token: str | Token,
        app_token: str | Token,
        api_url: str | None = None,
        status: str | None = None,
        words: Words = MappingProxyType({}),
        timing: Timing = _DEFAULT_TIMING,
    ) -> None:
        self._bot_token = lasting(bot_token)
        self._app_token = lasting(app_token)
        self._status = status
        self._words = words
        self._timing = timing
        self._web = Web(self._bot_token, api_url or API_URL)
        self._workspace: Workspace | None = None
        self._connection: Connection | None = None
        self.dropped: Counter[Dropped] = Counter()

    @property
    def platform(self) -> str:
        """``slack``."""
        return PLATFORM

    @property
    def connected(self) -> bool:
        """Whether a socket to Slack is open at this moment."""
        return self._connection is not None and self._connection.connected

    async def check(self) -> None:
        """Prove both tokens and the bot's scopes, and learn who we are.

        Raises SetupError with the way out.
        """
        us = await identify(self._web, self._bot_token())
        await prove_socket(self._web, self._app_token())
        if self._workspace is None:
            people, status = People(self._web, us), Status(self._web, self._status)
            self._workspace = Workspace(us, self._web, people, status)

    async def run(self, ear: Ear, desk: Desk) -> None:
        """Bring messages to *ear*, commands and presses to *desk*, until cancelled.

        `check` must have passed.
        """
        listener = Listener(ear, self._checked(), self.open, self.dropped)
        presser = Presser(desk, self._checked())
        commander = Commander(desk, self._checked(), self.open, self._words)
        app = build_app(self._checked().us, self._web, listener.take, presser.take, commander.take)
        self._connection = Connection(app, self._app_token, self._timing)
        try:
            await self._connection.serve()
        finally:
            self._connection = None

    def open(self, conversation: Conversation) -> SlackThread:
        """The thread that shows *conversation*; `check` must have passed."""
        return SlackThread(conversation, self._checked())

    async def close(self) -> None:
        """Let go of the connections to the Web API."""
        if self._workspace is not None:
            await self._workspace.people.close()
        await self._web.close()

    def _checked(self) -> Workspace:
        if self._workspace is None:
            raise RuntimeError("SlackAdapter.check() has not passed: we do not know who we are")
        return self._workspace
