"""Pure: pydantic's errors as sentences, one each, with the place as the user wrote it."""

import difflib
import re
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from tomllib import TOMLDecodeError
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import SetupError
from bot.sentences import say
from bot.settings.kinds import Unfit
from bot.settings.places import quoted, where
from bot.settings.schema import BotToml

# pydantic's names for what is wrong with a value -> what we expect in its stead.
_EXPECTED: Mapping[str, str] = {
    "string_type": "settings.expected.text",
    "int_type": "settings.expected.whole",
    "int_parsing": "settings.expected.whole",
    "int_parsing_size": "settings.expected.whole",
    "float_type": "settings.expected.number",
    "finite_number": "settings.expected.number",
    "bool_type": "settings.expected.truth",
    "tuple_type": "settings.expected.list",
    "model_type": "settings.expected.table",
    "dict_type": "settings.expected.table",
    "greater_than_equal": "settings.expected.at_least",
    "less_than_equal": "settings.expected.at_most",
    "literal_error": "settings.expected.one_of",
}


class Problems:
    """What is wrong with the settings: a sentence each, in the order of finding; false if empty."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def __len__(self) -> int:
        return len(self.sentences)

    def tell(self, where: str, sentence: str, **arguments: object) -> None:
        """Add that at *where* something is wrong, by the sentence's key and its *arguments*."""
        self.sentences.append(f"{where}: {say(sentence, None, **arguments)}")

    def of_toml(self, error: ValidationError, file: str) -> None:
        """Add a sentence for each thing that is wrong in the configuration file, named *file*."""
        for details in error.errors(include_url=False):
            self._of(details, file)

    def of_environment(self, error: ValidationError, origins: Mapping[str, str]) -> None:
        """Add a sentence for each variable that holds what it cannot; *origins* say where it is."""
        for details in error.errors(include_url=False):
            self._of(details, origins[str(details["loc"][0])])

    @contextmanager
    def of_file(self, name: str) -> Generator[None]:
        """Make a sentence of what keeps the file *name* from being read; none of its text in it."""
        try:
            yield
        except OSError as error:
            self.tell(name, "settings.unreadable", reason=error.strerror)
        except TOMLDecodeError as error:
            self.tell(name, "settings.not_toml", reason=error)
        except (ValueError, RecursionError):
            # Not UTF-8, a number of thousands of digits, or brackets nested without end.
            self.tell(name, "settings.not_text")

    def refusal(self) -> SetupError:
        """The error that tells of them all, one line each."""
        return refusal(self.sentences)

    def _of(self, details: ErrorDetails, file: str) -> None:
        keys = [key for key in details["loc"] if key != "[key]"]  # pydantic's mark of a key itself
        reason = details.get("ctx", {}).get("error")
        if details["type"] == "extra_forbidden":
            hint = did_you_mean(str(keys[-1]), _keys_at(BotToml, keys[:-1]))
            self.tell(where(file, *keys), "settings.unknown_key", hint=hint)
        elif details["type"] == "missing":
            self.tell(where(file, *keys[:-1]), "settings.missing_key", name=keys[-1])
        elif isinstance(reason, Unfit):
            self.tell(where(file, *keys), reason.key, **reason.arguments)
        else:
            self.tell(where(file, *keys), "settings.unexpected", **_unexpected(details))


def refusal(problems: Iterable[str]) -> SetupError:
    """The error that tells of all *problems*, one line each."""
    return SetupError("settings.refused", problems="\n".join(f"  {told}" for told in problems))


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """The end of a sentence that proposes the one of *words* that is like *word*; "" if none is."""
    by_folded = {known.casefold(): known for known in words}
    near = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return say("settings.did_you_mean", meant=by_folded[near[0]]) if near else ""


def _unexpected(details: ErrorDetails) -> Mapping[str, str]:
    """What was expected, what was found, and perhaps what was meant."""
    context = details.get("ctx", {})
    choices = re.findall(r"'([^']*)'", context.get("expected", ""))
    found = details["input"]
    expected = say(
        _EXPECTED.get(details["type"], "settings.expected.other"),
        least=context.get("ge"),
        most=context.get("le"),
        choices=", ".join(map(quoted, choices)),
    )
    hint = did_you_mean(found, choices) if isinstance(found, str) else ""
    return {"expected": expected, "found": _shown(found), "hint": hint}


def _keys_at(model: type[BaseModel], path: Sequence[str | int]) -> tuple[str, ...]:
    """The keys that a user may write in the table at *path*."""
    shape: Any = model
    for key in path:
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            shape = _bare(shape.model_fields[str(key)].annotation)
        else:
            shape = get_args(shape)[1]  # a mapping: any name, and what stands below it
    return tuple(cast("type[BaseModel]", shape).model_fields)


def _bare(annotation: Any) -> Any:
    """*annotation* without the None that says that a key may be absent."""
    if get_origin(annotation) in {Union, UnionType}:
        return next(one for one in get_args(annotation) if one is not type(None))
    return annotation


def _shown(value: object) -> str:
    """*value* as TOML would write it, short enough to stand in a sentence."""
    match value:
        case dict():
            return say("settings.found.table")
        case list():
            return say("settings.found.list")
        case str():
            return quoted(value)
        case bool():
            return str(value).lower()
        case int() if value.bit_length() > 64:
            return say("settings.found.huge")
        case _:
            return str(value)
