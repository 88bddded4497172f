"""The project's own files as the tests of this folder look at them: source, syntax, comments."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MARKER = re.compile(r"#\s*(noqa|type:|pyright:|pragma:)[^#]*?(-\s|$)")

Located = ast.stmt | ast.expr | ast.excepthandler


@dataclass(frozen=True)
class Module:
    """One Python file of the project; *name* is what an import calls it."""

    path: Path

    @property
    def where(self) -> str:
        """The path as a person in the project's folder writes it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        """``bot.store.turns``; a package's ``__init__`` bears the package's name."""
        return self.where.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def source(self) -> str:
        """The text of the file."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.source)

    @cached_property
    def reasons(self) -> frozenset[int]:
        """The lines that hold a comment for people; one that only stills a tool is none."""
        tokens = tokenize.generate_tokens(io.StringIO(self.source).readline)
        return frozenset(
            token.start[0]
            for token in tokens
            if token.type == tokenize.COMMENT and _MARKER.sub("", token.string).strip("# ")
        )

    def has_reason(self, node: Located) -> bool:
        """Whether a comment stands on *node*'s line, or on the one before or behind it."""
        return not self.reasons.isdisjoint(range(node.lineno - 1, node.lineno + 2))

    def at(self, node: Located) -> str:
        """*node*'s place, to be clicked on."""
        return f"{self.where}:{node.lineno}"

    def imports(self) -> Iterator[tuple[Located, str]]:
        """Each import, and the dotted name that it reaches for: ``bot.model.Turn``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node, alias.name
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield node, f"{node.module}.{alias.name}"

    def attributes(self) -> Iterator[tuple[Located, str]]:
        """Each attribute that is reached for, as it is written: ``os.environ``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute):
                yield node, ast.unparse(node)

    def calls(self) -> Iterator[tuple[Located, str]]:
        """Each call, and the source of what is called: ``asyncio.create_task``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, ast.unparse(node.func)


def modules(*folders: str) -> list[Module]:
    """Every Python file in *folders*, in order."""
    return [Module(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def within(name: str, rooms: frozenset[str]) -> bool:
    """Whether the module or thing *name* is one of *rooms*, or lies in one."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def room_of(name: str, rooms: frozenset[str]) -> str | None:
    """The one of *rooms* that the imported thing *name* lies in; None where it is foreign."""
    while name and name not in rooms:
        name = name.rpartition(".")[0]
    return name or None


def none_of(faults: Sequence[str]) -> None:
    """Fail with each of *faults* on a line of its own, if there are any."""
    assert not faults, "\n" + "\n".join(faults)
