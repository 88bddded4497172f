"""Reads our variables from the environment, from `.env`, and from the files that hold secrets."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv.parser import parse_stream
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from bot.settings.complaints import Problems
from bot.settings.schema import VARIABLES, Environment

ENVIRONMENT = "environment"
DOTENV = ".env"
ENCODING = "utf-8-sig"  # some editors on Windows begin UTF-8 with a byte order mark

_LIKE_OURS = 0.85  # SLACK_APPTOKEN is like SLACK_APP_TOKEN by 0.97, but EXPORT like PORT by 0.8


@dataclass(frozen=True, slots=True)
class Variables:
    """Our variables that are set: the value of each, and its origin.

    An origin is ``environment``, ``.env``, or the variable that names a secret's file, which is in
    *files*. *strangers* are the names of all variables there are besides.
    """

    values: Mapping[str, str]
    origins: Mapping[str, str]
    files: Mapping[str, Path]
    strangers: frozenset[str]

    def near_misses(self) -> Iterator[tuple[str, str]]:
        """Strangers that look like one of ours which is absent, each with the one it looks like."""
        absent = [name for name in VARIABLES if name not in self.values]
        for stranger in sorted(self.strangers):
            for ours in difflib.get_close_matches(stranger.upper(), absent, 1, _LIKE_OURS):
                yield stranger, ours


def read_variables(environ: Mapping[str, str], folder: Path, problems: Problems) -> Variables:
    """Our variables in *environ* and in *folder*'s `.env`; the environment wins.

    Blank is absent. Where a secret is given by the path of a file, its value is what that holds.
    """
    values: dict[str, str] = {}
    origins: dict[str, str] = {}
    files: dict[str, Path] = {}
    strangers: set[str] = set()
    for origin, source in _sources(environ, folder / DOTENV, problems):
        strangers |= source.env_vars.keys() - set(VARIABLES)
        ours = {
            name: str(value)
            for name, value in source().items()
            if name.removesuffix("_FILE") not in values
        }
        for name in VARIABLES:
            if name in ours and name.endswith("_FILE"):
                secret = name.removesuffix("_FILE")
                if secret in ours:
                    problems.tell(origin, "settings.given_twice", name=secret)
                elif value := read_secret(secret, file := folder / ours[name], problems):
                    values[secret], origins[secret], files[secret] = value, name, file
            elif name in ours:
                values[name], origins[name] = ours[name], origin
    return Variables(values, origins, files, frozenset(strangers))


def read_secret(variable: str, file: Path, problems: Problems) -> str:
    """What *file* holds of the secret *variable*; "" and a problem where that is nothing.

    It stands in no sentence, but the file's name does.
    """
    where = f"{variable}_FILE: {file}"
    with problems.of_file(where):
        if secret := file.read_text(encoding=ENCODING).strip():
            return secret
        problems.tell(where, "settings.file_empty")
    return ""


def _sources(
    environ: Mapping[str, str], dotenv: Path, problems: Problems
) -> Iterator[tuple[str, EnvSettingsSource]]:
    """The places where variables stand, the strongest first, with what is blank left out."""
    process = EnvSettingsSource(Environment)
    process.env_vars = _present(environ)  # those handed in, not those this process was born with
    yield ENVIRONMENT, process
    if file := _dotenv(dotenv, problems):
        file.env_vars = _present(file.env_vars)
        yield DOTENV, file


def _dotenv(dotenv: Path, problems: Problems) -> DotEnvSettingsSource | None:
    with problems.of_file(DOTENV):
        if dotenv.is_file() and _is_sound(dotenv, problems):
            return DotEnvSettingsSource(Environment, dotenv, dotenv_filtering="only_existing")
    return None


def _is_sound(dotenv: Path, problems: Problems) -> bool:
    """Whether each line is NAME=value; the library would only log one that is not."""
    with dotenv.open(encoding="utf-8") as stream:
        broken = [binding.original.line for binding in parse_stream(stream) if binding.error]
    for line in broken:
        problems.tell(DOTENV, "settings.dotenv_line", line=line)
    return not broken


def _present(variables: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name: value.strip() for name, value in variables.items() if value and value.strip()}
