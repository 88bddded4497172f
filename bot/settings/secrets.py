"""The secrets as they stand at this moment: one in a file is read anew when that changes."""

from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import SecretStr, ValidationError

from bot.settings.complaints import Problems
from bot.settings.kinds import keys_in
from bot.settings.schema import Environment
from bot.settings.values import Settings
from bot.settings.variables import read_secret

Tell = Callable[[str, str | None], None]
"""Takes a variable whose secret was replaced, or also the sentence that says why it was not."""

_Stamp = tuple[int, int, int]
_NEVER_SEEN: _Stamp = (0, 0, 0)  # it may have changed between its reading and its first use


class Secret:
    """The secret *variable*: at first *text*, later whatever *file* holds by then.

    Without a *file* it stays as it is. What cannot be used (no file, an empty one, a token of
    another kind) is told, and the secret stays what it was.
    """

    def __init__(self, variable: str, text: SecretStr, file: Path | None, tell: Tell) -> None:
        self._variable = variable
        self._text = text
        self._file = file
        self._tell = tell
        self._stamp: _Stamp | None = _NEVER_SEEN
        self._problem: str | None = None

    def __repr__(self) -> str:
        return f"Secret({self._variable})"

    def __call__(self) -> str:
        """The secret by now. It costs a look at its file's date, size and number, some 3 us."""
        if self._file is not None:
            stamp = _stamp(self._file)
            if stamp != self._stamp:
                self._read(self._file, stamp)
        return self._text.get_secret_value()

    def keys(self) -> tuple[str, ...]:
        """The keys that the secret holds by now, in their order."""
        return keys_in(self())

    def read_again(self) -> None:
        """Read the file though it may look unchanged: somebody knows better."""
        if self._file is not None:
            self._read(self._file, _stamp(self._file))

    def _read(self, file: Path, stamp: _Stamp | None) -> None:
        # The stamp is from before the reading: what is written meanwhile shows by another one.
        self._stamp = stamp
        problems = Problems()
        text = _text(self._variable, file, problems)
        known, self._problem = self._problem, "; ".join(problems.sentences) or None
        if self._problem is not None and self._problem != known:
            self._tell(self._variable, self._problem)
        if text is not None and text != self._text:
            self._text = text
            self._tell(self._variable, None)


class Secrets:
    """Every secret of *settings*; *tell* learns what becomes of those that are replaced."""

    def __init__(self, settings: Settings, tell: Tell) -> None:
        files = settings.source.files
        self._secrets = {
            variable: Secret(variable, text, files.get(variable), tell)
            for variable, text in _given(settings).items()
            if text is not None
        }

    def __getitem__(self, variable: str) -> Secret:
        """The secret *variable*. Raises KeyError where it is not set."""
        return self._secrets[variable]

    def read_again(self) -> None:
        """Read each file anew."""
        for secret in self._secrets.values():
            secret.read_again()


def _given(settings: Settings) -> Mapping[str, SecretStr | None]:
    slack, discord = settings.slack, settings.discord
    return {
        "ANTHROPIC_API_KEY": settings.anthropic_api_key,
        "SLACK_BOT_TOKEN": slack.bot_token if slack else None,
        "SLACK_APP_TOKEN": slack.app_token if slack else None,
        "SLACK_SIGNING_SECRET": slack.signing_secret if slack else None,
        "DISCORD_BOT_TOKEN": discord.bot_token if discord else None,
        "REDIS_URL": settings.redis_url,
    }


def _text(variable: str, file: Path, problems: Problems) -> SecretStr | None:
    """What *file* holds, None and a problem where that will not do for *variable*."""
    if not (written := read_secret(variable, file, problems)):
        return None
    try:
        environment = Environment.model_validate({variable: written})
    except ValidationError as error:
        problems.of_environment(error, {variable: f"{variable}_FILE"})
        return None
    text: SecretStr = getattr(environment, variable.lower())
    return text


def _stamp(file: Path) -> _Stamp | None:
    """What tells one state of *file* from another, None where it is not there."""
    try:
        seen = file.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino
