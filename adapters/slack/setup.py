"""Proves the tokens at start, and learns from Slack who we are."""

from dataclasses import replace
from typing import Final

from structlog import get_logger

from adapters.slack.identity import Identity
from adapters.slack.reading import clean
from adapters.slack.trouble import code_of
from adapters.slack.web import Answer, Web
from adapters.slack.wire import text
from bot.errors import PlatformError, SetupError

# What the code calls and subscribes to; manifest.yaml asks for the same.
SCOPES: Final = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "chat:write.customize",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "mpim:history",
        "users:read",
    }
)
INDISPENSABLE: Final = frozenset({"app_mentions:read", "chat:write"})  # hear a mention, answer it

_log = get_logger(__name__)


async def identify(web: Web, bot_token: str) -> Identity:
    """Who we are, from one ``auth.test``. Raises SetupError where the token is not good enough.

    A scope that only some of what we do needs is missed in the log.
    """
    if bot_token.startswith("xapp-"):
        raise SetupError("slack.swapped_tokens")
    try:
        answer = await web.write("auth.test")
    except PlatformError as error:
        raise _explained(error, web, "slack.bad_bot_token") from error
    missing = _missing(answer)
    if missing & INDISPENSABLE:
        raise SetupError("slack.missing_scopes", scopes=", ".join(sorted(missing)))
    if missing:
        # The rest works without: threads and DMs are not heard or not read, people go by their
        # ids and guests pass for members. An admin may want it so, or has added a scope and not
        # installed the app again.
        _log.warning("slack_scopes_missing", scopes=sorted(missing))
    return replace(_identity(answer, web), customizes="chat:write.customize" not in missing)


async def prove_socket(web: Web, app_token: str) -> None:
    """Return if Slack lets *app_token* open a socket; SetupError if not.

    The SDK itself would try a refused token for ever, without a word to its caller.
    """
    if app_token.startswith("xoxb-"):
        raise SetupError("slack.swapped_tokens")
    try:
        await web.open_socket(app_token)
    except PlatformError as error:
        raise _explained(error, web, "slack.bad_app_token") from error


def _explained(error: PlatformError, web: Web, refused: str) -> SetupError:
    code = code_of(error)
    if code is None:
        reason: object = error.arguments.get("reason", "rate limited")
        return SetupError("slack.not_reached", url=web.url, reason=reason)
    return SetupError(refused, code=code)


def _missing(answer: Answer) -> frozenset[str]:
    # Slack tells the scopes of a token in a header; who speaks its protocol need not.
    granted = answer.headers.get("x-oauth-scopes")
    if granted is None:
        return frozenset()
    return SCOPES - {scope.strip() for scope in granted.split(",")}


def _identity(answer: Answer, web: Web) -> Identity:
    team, enterprise = text(answer.body.get("team_id")), text(answer.body.get("enterprise_id"))
    user = text(answer.body.get("user_id"))
    is_org = answer.body.get("is_enterprise_install") is True
    workspace = enterprise if is_org and enterprise is not None else team or enterprise
    if workspace is None or user is None:
        raise SetupError("slack.not_reached", url=web.url, reason="auth.test named nobody")
    bot = text(answer.body.get("bot_id"))
    name = clean(text(answer.body.get("user")) or "") or "Claude"
    return Identity(workspace, user, bot, team=team, enterprise=enterprise, name=name)
