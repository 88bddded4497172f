"""What is handed to others: locked requirements, the image, the process file, the licence."""

import asyncio
import json
import os
import re
import sys
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot import health
from tests.house.sources import ROOT, none_of

LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    found = (PIN.fullmatch(line) for line in read(lock).splitlines())
    return {pin["name"]: pin["version"] for pin in found if pin}


def project() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (instruction, the rest), continued lines joined."""
    joined = re.sub(r"\\\n", " ", re.sub(r"(?m)^#.*\n", "", read("Dockerfile")))
    return [(line.split(" ")[0], line.partition(" ")[2]) for line in joined.splitlines() if line]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_with_hashes_and_no_address_of_an_index_or_path_of_a_machine(
    lock: str,
) -> None:
    lines = [line for line in read(lock).splitlines() if not line.startswith("    # ")]
    none_of([line for line in lines if not PIN.fullmatch(line) and not HASH.fullmatch(line)])
    for pin, behind in zip(lines, [*lines[1:], ""], strict=True):
        assert not PIN.fullmatch(pin) or HASH.fullmatch(behind), f"{pin} has no hash"
    assert not re.search(r"://|(^|\s)/|--index|--find", read(lock))


def test_the_locks_hold_what_the_project_asks_for() -> None:
    wanted = {
        "requirements.txt": project()["project"]["dependencies"],
        "requirements-dev.txt": project()["project"]["dependencies"]
        + project()["dependency-groups"]["dev"],
    }
    none_of(
        [
            f"{lock}: {line}; run make lock"
            for lock, lines in wanted.items()
            for line in lines
            for requirement in [Requirement(line)]
            if not requirement.specifier.contains(
                pins(lock).get(canonicalize_name(requirement.name), "0")
            )
        ]
    )


def test_what_is_tested_is_what_is_run() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


def test_the_image_gets_only_what_the_lock_names() -> None:
    [install] = [rest for verb, rest in instructions() if verb == "RUN" and "pip install" in rest]
    assert "--require-hashes --requirement requirements.txt" in install


def test_everything_that_the_image_copies_is_here_and_reaches_it() -> None:
    let_through = {line.removeprefix("!") for line in read(".dockerignore").splitlines()}
    copied = [
        rest.split()[0]
        for verb, rest in instructions()
        if verb == "COPY" and not rest.startswith("--from")
    ]
    assert {"bot", "adapters", "sandbox", "requirements.txt"} == set(copied)
    none_of([name for name in copied if name not in let_through or not (ROOT / name).exists()])


def test_the_image_runs_as_nobody_in_particular_and_keeps_its_data_in_a_volume() -> None:
    last = dict(instructions())
    verbs = [verb for verb, _ in instructions()]
    assert last["USER"] == "parley"
    assert verbs.index("USER") < verbs.index("CMD")
    assert last["VOLUME"] == "/data"
    assert "BOT_DATA_DIR=/data" in last["ENV"]
    assert json.loads(last["CMD"]) == ["python", "-m", "bot", "run"]


async def healthcheck(port: int) -> int:
    [check] = [rest for verb, rest in instructions() if verb == "HEALTHCHECK"]
    _, *arguments = json.loads(check.partition("CMD ")[2])
    # A proxy that leads nowhere: the check must not ask it for the container's own address.
    surroundings = os.environ | {"PORT": str(port), "http_proxy": "http://127.0.0.1:1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, env=surroundings, stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait()


async def test_the_image_is_healthy_while_the_bot_answers_and_not_afterwards() -> None:
    async with health.serve(0, {}) as port:
        assert await healthcheck(port) == 0
    assert await healthcheck(port) != 0


def test_web_and_worker_are_the_same_program() -> None:
    assert read("Procfile").splitlines() == [
        "web: python -m bot run",
        "worker: python -m bot run",
    ]


def test_the_licence_is_the_one_that_the_project_names() -> None:
    assert project()["project"]["license"] == "MIT"
    assert read("LICENSE").startswith("MIT License\n\nCopyright (c) 2026 Parley contributors\n")


@pytest.mark.parametrize("secret", [".env", "bot.toml", "data/"])
def test_what_may_hold_a_secret_is_never_committed(secret: str) -> None:
    assert secret in read(".gitignore").splitlines()


@pytest.mark.parametrize("example", [".env.example", "bot.example.toml"])
def test_there_is_an_example_of_every_file_that_an_operator_writes(example: str) -> None:
    assert read(example)
