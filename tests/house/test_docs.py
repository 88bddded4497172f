"""What the documents promise is there: targets, commands, settings, files."""

import re
from collections.abc import Iterator
from pathlib import Path

from bot import settings
from bot.__main__ import main
from tests.house.sources import ROOT, none_of

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
OURS = re.compile(r"\b(?:ANTHROPIC|SLACK|DISCORD|REDIS|BOT|LOG)_[A-Z_]+\b")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def code() -> Iterator[tuple[str, str]]:
    """Each piece of code in a document, and the document's name."""
    for document in DOCUMENTS:
        if document.exists():
            for piece in CODE.findall(document.read_text(encoding="utf-8")):
                yield document.name, piece


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    none_of(
        [
            f"{document}: make {name}"
            for document, piece in code()
            for name in re.findall(r"\bmake ([a-z]+)", piece)
            if name not in targets
        ]
    )


def test_every_command_that_a_document_names_exists() -> None:
    none_of(
        [
            f"{document}: python -m bot {name}"
            for document, piece in code()
            for name in re.findall(r"python -m bot ([a-z]+)", piece)
            if name not in main.commands
        ]
    )


def test_every_setting_that_a_document_names_exists() -> None:
    known = set(OURS.findall((ROOT / ".env.example").read_text(encoding="utf-8")))
    none_of(
        [
            f"{document}: {name}"
            for document, piece in code()
            for name in OURS.findall(piece)
            if name.removesuffix("_FILE") not in known
        ]
    )


def test_every_file_that_a_document_links_to_is_here() -> None:
    none_of(
        [
            f"{document.name}: {link}"
            for document in DOCUMENTS
            if document.exists()
            for link in LINK.findall(document.read_text(encoding="utf-8"))
            if not (document.parent / link).exists()
        ]
    )


def test_the_settings_that_the_readme_shows_are_accepted(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)
    assert blocks
    for block in blocks:
        (tmp_path / "bot.toml").write_text(block, encoding="utf-8")
        settings.read({}, tmp_path)
