"""What the Messages API refuses before it answers, and in which words."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.claude.script import Json

MODELS: Mapping[str, str] = {
    "claude-fable-5-2": "Claude Fable 5.2",
    "claude-haiku-5-5": "Claude Haiku 5.5",
    "claude-sonnet-5-5": "Claude Sonnet 5.5",
    "claude-opus-5-5": "Claude Opus 5.5",
    "claude-sonnet-5": "Claude Sonnet 5",
    "claude-opus-5": "Claude Opus 5",
    "claude-opus-4-8": "Claude Opus 4.8",
    "claude-opus-4-7": "Claude Opus 4.7",
    "claude-opus-4-6": "Claude Opus 4.6",
    "claude-sonnet-4-6": "Claude Sonnet 4.6",
    "claude-haiku-4-5": "Claude Haiku 4.5",
    "claude-haiku-4-5-20251001": "Claude Haiku 4.5",
}
"""The models that are served: id and display name. Retired ones are not among them."""

MAX_TOKENS = 128_000  # of an answer
WINDOW = 1_000_000  # tokens of a prompt

_SAMPLING = frozenset({"temperature", "top_p", "top_k"})
_SAMPLING_ENDS = "2026-10-21"  # the version of the API that takes them no more
_BREAKPOINTS = 4  # of the cache, the one that moves by itself included
_FIELDS = frozenset(
    {
        *("model", "messages", "max_tokens", "system", "stream", "stop_sequences", "metadata"),
        *("thinking", "output_config", "cache_control", "tools", "tool_choice", "service_tier"),
    }
)
_EFFORTS = ("low", "medium", "high", "xhigh", "max")


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """The request is not answered: the status and the sentence that say so."""

    status: int
    sentence: str


def check(body: Any, version: str = _SAMPLING_ENDS) -> None:
    """Raises Refused where the API in *version* would not answer *body*, a request's JSON."""
    check_prompt(body, version)
    tokens = body.get("max_tokens")
    _demand(type(tokens) is int, "max_tokens: Field required")
    _demand(tokens >= 1, "max_tokens: Input should be greater than or equal to 1")
    _demand(tokens <= MAX_TOKENS, f"max_tokens: {tokens} > {MAX_TOKENS}, the maximum")


def check_prompt(body: Any, version: str) -> None:
    """As *check*, but of a question for the number of tokens, which needs no ``max_tokens``."""
    _demand(_is(dict, body), "The request body is not a JSON object.")
    for name in body:
        gone = name in _SAMPLING and version >= _SAMPLING_ENDS
        _demand(not gone, f"{name}: this parameter is no longer supported.")
        _demand(name in _FIELDS | _SAMPLING, f"{name}: Extra inputs are not permitted")
    _check_options(body)
    _check_messages(body.get("messages"))
    _check_breakpoints(body)
    _check_texts(body)


def weight(body: Json) -> int:
    """About how many tokens the prompt of *body* is: one for four characters."""
    return max(1, math.ceil(sum(map(len, texts(body))) / 4))


def texts(body: Json) -> Iterator[str]:
    """Each text of the prompt of *body*, the system prompt first."""
    yield from texts_of(body.get("system", []))
    for message in body["messages"]:
        yield from texts_of(message["content"])


def texts_of(content: Any) -> Iterator[str]:
    """Each text of a message's *content*: a string, or a list of blocks."""
    if isinstance(content, str):
        yield content
    else:
        yield from (block["text"] for block in content if block.get("type") == "text")


def _check_options(body: Any) -> None:
    model = body.get("model")
    _demand(_is(str, model), "model: Field required")
    _demand(model in MODELS, f"model: {model}", status=404)
    effort = body.get("output_config", {}).get("effort", "low")
    _demand(effort in _EFFORTS, "output_config.effort: Input should be 'low', 'medium', ...")
    cache = body.get("cache_control", {"type": "ephemeral"})
    _demand(cache.get("type") == "ephemeral", "cache_control.type: Input should be 'ephemeral'")
    for sequence in body.get("stop_sequences", []):
        _demand(bool(sequence.strip()), "stop_sequences: each must contain non-whitespace")


def _check_messages(messages: Any) -> None:
    _demand(_is(list, messages) and len(messages) > 0, "messages: at least one is required")
    for at, message in enumerate(messages):
        _demand(_is(dict, message), f"messages.{at}: Input should be a valid object")
        role, content = message.get("role"), message.get("content")
        _demand(role in ("user", "assistant"), f"messages.{at}.role: Input should be 'user', ...")
        _demand(_is(str, content) or _is(list, content), f"messages.{at}.content: Field required")
        _demand(_are_blocks(content), f"messages.{at}.content: Input should be a list of blocks")
        _demand(len(content) > 0, f"messages.{at}: text content blocks must be non-empty")
    _demand(messages[0]["role"] == "user", 'messages: first message must use the "user" role')
    _demand(
        messages[-1]["role"] == "user",
        "This model does not support assistant message prefill. "
        "The conversation must end with a user message.",
    )


def _check_breakpoints(body: Any) -> None:
    contents = [body.get("system", []), *(message["content"] for message in body["messages"])]
    blocks = [block for content in contents if _is(list, content) for block in content]
    set_ = sum("cache_control" in block for block in blocks) + ("cache_control" in body)
    _demand(
        set_ <= _BREAKPOINTS,
        f"A maximum of {_BREAKPOINTS} blocks with cache_control may be provided. Found {set_}.",
    )


def _check_texts(body: Any) -> None:
    for text in texts(body):
        _demand(text != "", "messages: text content blocks must be non-empty")
        _demand(
            text.strip() != "", "messages: text content blocks must contain non-whitespace text"
        )
    tokens = weight(body)
    _demand(tokens <= WINDOW, f"prompt is too long: {tokens} tokens > {WINDOW} maximum")


def _are_blocks(content: Any) -> bool:
    return isinstance(content, str) or all(
        _is(dict, block) and (block.get("type") != "text" or _is(str, block.get("text")))
        for block in content
    )


def _is(kind: type, value: Any) -> bool:
    return isinstance(value, kind)


def _demand(holds: bool, otherwise: str, *, status: int = 400) -> None:  # noqa: FBT001  - as assert
    if not holds:
        raise Refused(status, otherwise)
