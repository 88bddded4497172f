"""Pure: which tier a question is asked of, by a word before it or by the question itself."""

import re
from typing import Final

AUTO: Final = "auto"
"""The tier of a place where each question chooses its own."""

_ASKED_FOR = re.compile(
    r"(?:!|tier:)(?P<tier>complex|general|simple)(?=\s)\s+(?P<text>\S[\s\S]*)",
    re.IGNORECASE,
)

LONG: Final = 1_200  # characters: what people paste to have it worked through
SHORT: Final = 120
_CODE = "```"
_WORK = re.compile(
    r"\b(?:analy[sz]e|architect\w*|audit|compare|debug|derive|design|diagnos\w+|evaluate"
    r"|explain why|optimi[sz]e|prove|refactor|review|root cause|step by step|trade-?offs?)\b"
    r"|分析|比較|設計|証明|検証|最適化|レビュー|リファクタ|デバッグ|原因|なぜ|詳しく",
    re.IGNORECASE,
)


def asked_for(text: str) -> tuple[str | None, str]:
    """The built-in tier that *text* asks for first, ``!complex`` or ``tier:simple``, and the rest.

    None, and all of *text*, where it asks for none, or says nothing else.
    """
    found = _ASKED_FOR.fullmatch(text.strip())
    return (found["tier"].lower(), found["text"]) if found else (None, text)


def below(tier: str) -> str | None:
    """The name of the tier below *tier*, asked where a budget nears its end; None for the least.

    A tier of the operator's own has ``simple`` below it.
    """
    return {"complex": "general", "simple": None}.get(tier, "simple")


def automatic(text: str) -> str:
    """The tier for the question *text* where a place leaves that to us; O(length).

    ``complex`` for what holds code, is longer than 1,200 characters, or asks for work by one of a
    list of words (analyse, debug, design, prove, review, ... and their like in Japanese);
    ``simple`` for one line of at most 120 characters; ``general`` for all else.
    """
    said = text.strip()
    if _CODE in said or len(said) > LONG or _WORK.search(said):
        return "complex"
    return "simple" if len(said) <= SHORT and "\n" not in said else "general"
