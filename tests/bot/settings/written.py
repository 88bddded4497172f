"""What the settings' tests share: settings, and complaints, of files that a test writes."""

from pathlib import Path

import pytest

from bot.errors import SetupError
from bot.sentences import explain
from bot.settings import Settings, read


def settings_of(folder: Path, toml: str | None = None, env: str = "", **environ: str) -> Settings:
    """The settings of a `bot.toml`, an `.env` and an environment like these."""
    write(folder, toml, env)
    return read(environ, folder)


def complaints_of(
    folder: Path, toml: str | None = None, env: str = "", **environ: str
) -> list[str]:
    """What is said of a `bot.toml`, an `.env` and an environment like these, line by line."""
    write(folder, toml, env)
    with pytest.raises(SetupError) as refused:
        read(environ, folder)
    head, *lines = explain(refused.value).split("\n")
    assert head == "The settings are not right, and nothing was started:"
    assert all(line.startswith("  ") for line in lines)
    return [line.removeprefix("  ") for line in lines]


def write(folder: Path, toml: str | None, env: str) -> None:
    """Put `bot.toml`, unless it is None, and `.env` into *folder*."""
    if toml is not None:
        (folder / "bot.toml").write_text(toml, encoding="utf-8")
    (folder / ".env").write_text(env, encoding="utf-8")
