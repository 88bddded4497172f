import os
from pathlib import Path

import pytest

from bot.settings import Secrets
from tests.bot.settings.written import settings_of

Told = list[tuple[str, str | None]]


def secrets_of(folder: Path, told: Told, **environ: str) -> Secrets:
    def tell(variable: str, problem: str | None) -> None:
        told.append((variable, problem))

    return Secrets(settings_of(folder, **environ), tell)


def kept(folder: Path, text: str = "sk-ant-1\n") -> tuple[Path, Secrets, Told]:
    """A key in a file, the secrets that hold it, and what they tell."""
    file = folder / "key"
    file.write_text(text)
    told: Told = []
    return file, secrets_of(folder, told, ANTHROPIC_API_KEY_FILE="key"), told


def in_place(file: Path, text: str) -> None:
    file.write_text(text)


def by_renaming(file: Path, text: str) -> None:
    other = file.with_name("other")
    other.write_text(text)
    other.replace(file)


def by_a_link(file: Path, text: str) -> None:
    """As Kubernetes does: the name stays, what it leads to is another folder."""
    folder = file.with_name("..data")
    folder.mkdir()
    (folder / "key").write_text(text)
    file.unlink()
    file.symlink_to(folder / "key")


@pytest.mark.parametrize("replace", [in_place, by_renaming, by_a_link])
def test_a_key_replaced_in_its_file_is_the_key_from_then_on(
    tmp_path: Path, replace: object
) -> None:
    assert callable(replace)
    file, secrets, told = kept(tmp_path)
    key = secrets["ANTHROPIC_API_KEY"]
    assert key() == "sk-ant-1"
    replace(file, "sk-ant-two\n")
    assert key() == key() == "sk-ant-two"
    assert told == [("ANTHROPIC_API_KEY", None)]


def test_what_changed_between_its_reading_and_its_first_use_is_seen(tmp_path: Path) -> None:
    file, secrets, told = kept(tmp_path)
    file.write_text("sk-ant-2\n")
    assert secrets["ANTHROPIC_API_KEY"]() == "sk-ant-2"
    assert told == [("ANTHROPIC_API_KEY", None)]


@pytest.mark.parametrize("text", ["", " \n", "'sk-ant-CANARY'", "CANARÄ", None])
def test_what_cannot_be_used_is_told_once_and_the_secret_stays(
    tmp_path: Path, text: str | None
) -> None:
    file, secrets, told = kept(tmp_path)
    key = secrets["ANTHROPIC_API_KEY"]
    assert key() == "sk-ant-1"
    file.unlink() if text is None else file.write_text(text)
    assert key() == key() == "sk-ant-1"
    secrets.read_again()
    [(variable, problem)] = told
    assert problem is not None
    assert problem.startswith("ANTHROPIC_API_KEY_FILE: ")
    assert "CANAR" not in problem
    file.write_text("sk-ant-two\n")
    assert key() == "sk-ant-two"
    assert told[1:] == [(variable, None)]


def test_a_token_of_another_kind_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("xoxb-1")
    told: Told = []
    environ = {"SLACK_BOT_TOKEN_FILE": "bot", "SLACK_APP_TOKEN": "xapp-1"}
    secrets = secrets_of(tmp_path, told, **environ)
    (tmp_path / "bot").write_text("xapp-CANARY")
    assert secrets["SLACK_BOT_TOKEN"]() == "xoxb-1"
    assert "belongs in SLACK_APP_TOKEN" in str(told)
    assert "CANARY" not in str(told)


def test_a_change_that_does_not_show_is_seen_when_it_is_asked_for(tmp_path: Path) -> None:
    file, secrets, _ = kept(tmp_path)
    key = secrets["ANTHROPIC_API_KEY"]
    assert key() == "sk-ant-1"
    seen = file.stat()
    file.write_text("sk-ant-2\n")
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert key() == "sk-ant-1"
    secrets.read_again()
    assert key() == "sk-ant-2"


def test_a_secret_of_the_environment_stays_what_it_is(tmp_path: Path) -> None:
    told: Told = []
    secrets = secrets_of(tmp_path, told, ANTHROPIC_API_KEY="sk-ant-1", REDIS_URL="redis://h")
    secrets.read_again()
    assert secrets["ANTHROPIC_API_KEY"]() == "sk-ant-1"
    assert secrets["REDIS_URL"]() == "redis://h"
    assert told == []


@pytest.mark.parametrize(
    "text", ["sk-ant-b,sk-ant-a", "sk-ant-b\nsk-ant-a\n", " sk-ant-b , sk-ant-a,\r\nsk-ant-b"]
)
def test_several_keys_keep_their_order(tmp_path: Path, text: str) -> None:
    _, secrets, _ = kept(tmp_path, text)
    assert secrets["ANTHROPIC_API_KEY"].keys() == ("sk-ant-b", "sk-ant-a")
    told: Told = []
    given = secrets_of(tmp_path, told, ANTHROPIC_API_KEY=text)
    assert given["ANTHROPIC_API_KEY"].keys() == ("sk-ant-b", "sk-ant-a")


def test_no_secret_shows_where_it_is_printed(tmp_path: Path) -> None:
    _, secrets, _ = kept(tmp_path, "sk-ant-CANARY")
    assert repr(secrets["ANTHROPIC_API_KEY"]) == "Secret(ANTHROPIC_API_KEY)"
    assert "CANARY" not in repr(vars(secrets))
