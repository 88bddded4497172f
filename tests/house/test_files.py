"""The shape of a file: short enough to be read at once, and open about what it is for."""

import ast

from tests.house.sources import Module, modules, none_of

LONGEST = {
    "bot": 300,
    "adapters": 300,
    "sandbox": 300,
    "bench": 300,
    "tests": 400,  # a list of sentences, each readable alone
}
LONGER: dict[str, str] = {
    # path: why it would not read better in two
}


def length(module: Module) -> int:
    return module.source.count("\n")


def is_long(module: Module) -> bool:
    return length(module) > LONGEST[module.where.partition("/")[0]]


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    none_of(
        [
            f"{module.where} has {length(module)} lines"
            for module in modules(*LONGEST)
            if is_long(module) and module.where not in LONGER
        ]
    )


def test_every_file_that_may_be_longer_is() -> None:
    long = {module.where for module in modules(*LONGEST) if is_long(module)}
    none_of([path for path in LONGER if path not in long])


def test_every_file_opens_with_one_sentence_that_says_what_it_is_for() -> None:
    none_of(
        [
            f"{module.where}: {opening!r}"
            for module in modules("bot", "adapters", "sandbox", "bench")
            for opening in [(ast.get_docstring(module.tree) or "").partition("\n\n")[0]]
            if not opening.endswith(".") or ". " in opening or "\n" in opening
        ]
    )
