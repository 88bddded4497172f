"""Shell: asks the Models API what becomes of a few models, where it can be reached."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, cast

import anthropic
import orjson
import structlog

from bot.claude.failures import TROUBLES
from bot.claude.keyed import Keyed
from bot.lineup import Life, Stage

log = structlog.get_logger(__name__)

PATIENCE = 5.0
"""Seconds for all models together: nobody should wait longer for a start because of them."""

_UNKNOWN = Life(Stage.UNKNOWN)


async def lives(keyed: Keyed, models: Iterable[str], *, patience: float) -> Mapping[str, Life]:
    """What is told of each of *models* within *patience* seconds; those it tells nothing of lack.

    A model counts as unknown only if another one can be asked for: many a gateway serves no single
    model, or no such route at all.
    """
    found: dict[str, Life] = {}
    proven = False
    try:
        async with asyncio.timeout(patience):
            async with asyncio.TaskGroup() as tasks:
                for model in models:
                    tasks.create_task(_note(keyed, model, found))
            proven = _UNKNOWN in found.values() and await _serves_single_models(keyed, found)
    except TimeoutError:
        log.info("models_unchecked", fault="TimeoutError")
    return {model: life for model, life in found.items() if proven or life is not _UNKNOWN}


async def _note(keyed: Keyed, model: str, found: dict[str, Life]) -> None:
    life = await _life(keyed, model)
    if life is not None:
        found[model] = life


async def _life(keyed: Keyed, model: str) -> Life | None:
    try:
        answer = await keyed.ask(lambda client: client.models.with_raw_response.retrieve(model))
        return _read(await answer.read())
    except anthropic.NotFoundError:
        return _UNKNOWN
    except TROUBLES as error:
        log.info("models_unchecked", fault=type(error).__name__)
        return None


async def _serves_single_models(keyed: Keyed, found: Mapping[str, Life]) -> bool:
    """Whether the server tells of a model by its id: one of ours, or the first that it lists."""
    if any(life is not _UNKNOWN for life in found.values()):
        return True
    try:
        listed = await keyed.ask(lambda client: client.models.with_raw_response.list(limit=1))
        first = _first(await listed.read())
    except TROUBLES:
        return False
    return first is not None and await _life(keyed, first) not in {None, _UNKNOWN}


def _read(body: bytes) -> Life | None:
    """The life that a model's JSON tells of; None where it is no such JSON."""
    told = _object(body)
    lifecycle = told.get("lifecycle")
    if not isinstance(told.get("id"), str):
        return None
    stage = Stage.RETIRED if lifecycle == Stage.RETIRED.value else Stage.SERVED
    return Life(stage, _day(told.get("retires_at")))


def _first(body: bytes) -> str | None:
    listed = _object(body).get("data")
    match listed:
        case [{"id": str(first)}, *_] if first:
            return first
        case _:
            return None


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return cast("Mapping[str, Any]", told) if isinstance(told, dict) else {}


def _day(written: object) -> date | None:
    if not isinstance(written, str):
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return (at if at.tzinfo is None else at.astimezone(UTC)).date()
