"""The one-command promises: which way `make run` goes, and what is said where Python is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

STANDIN = """#!/bin/sh
test "$1" = -c || echo "ran: $*"
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the Makefile and nothing to install."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / lock).write_text("# nothing\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def ready(clone: Path) -> Path:
    """The same, with an environment whose interpreter only says what it was asked to run."""
    program(clone / ".venv/bin/python", STANDIN)
    shutil.copy(clone / "requirements.txt", clone / ".venv/installed-requirements.txt")
    return clone


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def interpreter(path: Path, change: str) -> None:
    """The real interpreter at *path*, but *change* was done to it first."""
    program(path, f"#!/bin/sh\nexec {sys.executable} -c '{change}; exec(sys.argv[1])' \"$2\"\n")


def make(folder: Path, *target: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *target],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def test_without_a_token_run_opens_the_sandbox(ready: Path) -> None:
    assert make(ready, "run").stdout == "ran: -m bot sandbox\n"


@pytest.mark.parametrize(
    "name",
    [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_SIGNING_SECRET",
        "DISCORD_BOT_TOKEN",
        "SLACK_BOT_TOKEN_FILE",
    ],
)
def test_a_platforms_token_makes_it_run_for_real(ready: Path, name: str) -> None:
    assert make(ready, "run", **{name: "x"}).stdout == "ran: -m bot run\n"


@pytest.mark.parametrize(
    "line",
    [
        "SLACK_BOT_TOKEN=xoxb-1",
        "export DISCORD_BOT_TOKEN='x'",
        '  SLACK_APP_TOKEN_FILE = "/run/secrets/app"',
    ],
)
def test_a_token_in_the_env_file_counts_too(ready: Path, line: str) -> None:
    (ready / ".env").write_text(f"LOG_LEVEL=info\n{line}\n", encoding="utf-8")
    assert make(ready, "run").stdout == "ran: -m bot run\n"


@pytest.mark.parametrize(
    "line",
    [
        "SLACK_BOT_TOKEN=",
        'SLACK_BOT_TOKEN=""',
        "SLACK_BOT_TOKEN= # from OAuth & Permissions",
        "# SLACK_BOT_TOKEN=xoxb-1",
        "NO_SLACK_BOT_TOKEN=xoxb-1",
        "ANTHROPIC_API_KEY=sk-1",
    ],
)
def test_a_line_of_the_env_file_that_holds_no_token_does_not_count(ready: Path, line: str) -> None:
    (ready / ".env").write_text(f"{line}\n", encoding="utf-8")
    assert make(ready, "run", SLACK_BOT_TOKEN="").stdout == "ran: -m bot sandbox\n"


def test_an_environment_is_made_once_and_renewed_with_the_lock(clone: Path) -> None:
    first = make(clone, "development", PYTHON=sys.executable)
    assert first.stdout.splitlines() == [
        f"Making .venv with {sys.executable} ...",
        "Installing requirements-dev.txt ...",
    ]
    assert make(clone, "development").stdout == ""
    (clone / "requirements-dev.txt").write_text("# something\n", encoding="utf-8")
    assert make(clone, "development").stdout == "Installing requirements-dev.txt ...\n"


def test_a_python_that_is_too_old_is_told_in_a_sentence(clone: Path) -> None:
    old = clone / "python3"
    interpreter(old, 'import sys; sys.version_info = (3, 9, 2, "final", 0)')
    told = make(clone, "run", PYTHON=str(old))
    assert told.returncode == 2
    assert f"Parley needs Python 3.11 to 3.14. {old} is 3.9.2." in told.stderr
    assert not (clone / ".venv").exists()


def test_a_python_without_venv_is_told_with_the_way_out(clone: Path) -> None:
    bare = clone / "python3"
    interpreter(bare, 'import sys; sys.modules["ensurepip"] = None')
    told = make(clone, "test", PYTHON=str(bare))
    assert told.returncode == 2
    assert "apt install python3-venv" in told.stderr


def test_a_machine_without_python_is_told_what_was_looked_for(clone: Path) -> None:
    tools = clone / "tools"
    tools.mkdir()
    for name in ("sh", "cmp", "make"):
        (tools / name).symlink_to(shutil.which(name) or name)
    told = make(clone, "run", PATH=str(tools))
    assert told.returncode == 2
    assert "Parley needs Python 3.11 to 3.14. Tried: python3 python3.14" in told.stderr


def test_of_several_pythons_the_first_that_fits_is_taken(clone: Path) -> None:
    path = clone / "programs"
    interpreter(path / "python3", 'import sys; sys.version_info = (3, 9, 2, "final", 0)')
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        program(path / name, f'#!/bin/sh\ntest "$1" = -c && exec {sys.executable} "$@"\n')
    told = make(clone, "runtime", PATH=f"{path}:{os.environ['PATH']}")
    assert told.stdout.startswith("Making .venv with python3.14 ...\n")
    assert "python3.14 could not make .venv" in told.stderr


def test_a_failing_install_is_told_and_tried_again_next_time(clone: Path) -> None:
    program(clone / ".venv/bin/python", '#!/bin/sh\ntest "$1" = -c\n')
    for _ in range(2):
        told = make(clone, "runtime")
        assert told.returncode == 2
        assert "pip could not install requirements.txt" in told.stderr
