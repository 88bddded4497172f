"""Pure: the kinds of value that settings hold, and why one is unfit for its place."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

from bot.lineup import verdict
from bot.tiering import AUTO

_REDIS_SCHEMES = ("redis://", "rediss://", "unix://", "valkey://", "valkeys://")

# Slack's kinds of token by their prefix, with the variable that each belongs to; the others are of
# kinds that the bot has no use for: user, refresh, rotated, legacy and browser tokens.
_SLACK_TOKENS = {"xoxb-": "SLACK_BOT_TOKEN", "xapp-": "SLACK_APP_TOKEN"}
_SLACK_STRANGERS = ("xoxp-", "xoxe-", "xoxe.", "xoxa-", "xoxr-", "xoxc-", "xoxd-", "xoxs-")

_ID = re.compile(r"(slack|discord):[A-Za-z0-9]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # but for tab and newline
_TIER_NAME = re.compile(r"[^\W_][\w-]{0,63}")
_BETWEEN_KEYS = re.compile(r"[\s,]+")
_API_VERSION = re.compile(r"20\d{2}-[01]\d-[0-3]\d")


class Unfit(ValueError):
    """A value that its place cannot hold: *key* and *arguments* make the sentence that says why."""

    def __init__(self, key: str, **arguments: str) -> None:
        super().__init__(key)
        self.key = key
        self.arguments = arguments


def keys_in(text: str) -> tuple[str, ...]:
    """The keys that *text* holds, in their order and each once; commas or blanks part them."""
    return tuple(dict.fromkeys(filter(None, _BETWEEN_KEYS.split(text))))


def _channel(name: str) -> str:
    if not _ID.fullmatch(name):
        raise Unfit("settings.channel_id")
    return name


def _person(name: str) -> str:
    if not _ID.fullmatch(name):
        raise Unfit("settings.person_id")
    return name


def _tier_name(name: str) -> str:
    if name == AUTO:
        raise Unfit("settings.tier_auto")
    if not _TIER_NAME.fullmatch(name):
        raise Unfit("settings.tier_name")
    return name


def _chosen_tier(name: str) -> str:
    return name if name == AUTO else _tier_name(name)


def _fallback(name: str) -> str:
    return _tier_name(name) if name else name


def _model(model: str) -> str:
    if not model.strip():
        raise Unfit("settings.model_blank")
    if refused := verdict(model):
        raise Unfit(refused.key, **refused.arguments)
    return model


def _stop_sequence(text: str) -> str:
    if not text.strip():
        raise Unfit("settings.stop_blank")
    return text


def holds_control(text: str) -> bool:
    """Whether *text* holds a control character other than line breaks and tabs: it is no prompt."""
    return _CONTROL.search(text) is not None


def _prompt(text: str) -> str:
    if (control := _CONTROL.search(text)) is not None:
        raise Unfit("settings.prompt_control", code=f"{ord(control[0]):04X}")
    return text


def _upper(text: object) -> object:
    return text.upper() if isinstance(text, str) else text


def _web_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not address.isprintable() or " " in address:
        raise Unfit("settings.web_address")
    return address


def _api_version(version: str) -> str:
    if version and not _API_VERSION.fullmatch(version):
        raise Unfit("settings.api_version")
    return version


def _secret(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    _refuse_quotes(value)
    if not value.isascii() or not value.isprintable() or " " in value:
        raise Unfit("settings.secret_unfit")
    return secret


def _keys(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    _refuse_quotes(value)
    if not (keys := keys_in(value)):
        raise Unfit("settings.secret_unfit")
    for key in keys:
        _secret(SecretStr(key))
    return secret


def _refuse_quotes(value: str) -> None:
    if value[:1] in {'"', "'"} and value[:1] == value[-1:]:
        raise Unfit("settings.secret_quoted")


def _redis_address(secret: SecretStr) -> SecretStr:
    value = secret.get_secret_value()
    if not value.startswith(_REDIS_SCHEMES) or not value.partition("://")[2]:
        raise Unfit("settings.redis_address", schemes=", ".join(_REDIS_SCHEMES))
    return secret


def _slack_token(prefix: str) -> AfterValidator:
    """Refuse what Slack makes for another purpose; a token of no known kind is Slack's to judge."""

    def check(secret: SecretStr) -> SecretStr:
        value = secret.get_secret_value()
        for other, variable in _SLACK_TOKENS.items():
            if other != prefix and value.startswith(other):
                raise Unfit("settings.token_swapped", found=other, prefix=prefix, variable=variable)
        if value.startswith(_SLACK_STRANGERS):
            raise Unfit("settings.token_stranger", found=value[:5], prefix=prefix)
        return secret

    return AfterValidator(check)


ChannelId = Annotated[str, AfterValidator(_channel)]
"""A channel as `bot.toml` names it: ``slack:C0123456789``."""

PersonId = Annotated[str, AfterValidator(_person)]
"""A person as `bot.toml` names them: ``slack:U0123456789``."""

TierName = Annotated[str, AfterValidator(_tier_name)]
ChosenTier = Annotated[str, AfterValidator(_chosen_tier)]
"""A tier's name, or ``auto``."""

Fallback = Annotated[str, AfterValidator(_fallback)]
"""A tier's name, or "" for none."""

ModelId = Annotated[str, AfterValidator(_model)]
StopSequence = Annotated[str, AfterValidator(_stop_sequence)]
Prompt = Annotated[str, AfterValidator(_prompt)]
"""Lines of text, as they are said to Claude."""

ApiVersion = Annotated[str, AfterValidator(_api_version)]
"""A version of Claude's API, which is a date; "" for the one that the SDK speaks."""

WebAddress = Annotated[str, AfterValidator(_web_address)]
Upper = BeforeValidator(_upper)

Secret = Annotated[SecretStr, AfterValidator(_secret)]
"""One line of printable ASCII without blanks, since it travels in a header."""

Keys = Annotated[SecretStr, AfterValidator(_keys)]
"""One such secret or several, as `keys_in` parts them."""

RedisAddress = Annotated[SecretStr, AfterValidator(_redis_address)]
SlackBotToken = Annotated[Secret, _slack_token("xoxb-")]
SlackAppToken = Annotated[Secret, _slack_token("xapp-")]
