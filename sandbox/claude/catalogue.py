"""The simulated Models API: which models there are, and until when."""

from dataclasses import dataclass, replace
from typing import Literal

from sandbox.claude.rules import MAX_TOKENS, MODELS, WINDOW, Refused
from sandbox.claude.script import Json


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it is told of; *retires_at* is RFC 3339, None where no day was named."""

    id: str
    display_name: str
    lifecycle: Literal["active", "deprecated", "retired"] = "active"
    retires_at: str | None = None


class Catalogue:
    """Every model that is served, to begin with; a test retires some."""

    def __init__(self) -> None:
        self._models = {id_: Model(id_, name) for id_, name in MODELS.items()}

    def announce(self, model: str, retires_at: str) -> None:
        """*model* is served until *retires_at*."""
        known = self._models.get(model, Model(model, model))
        self._models[model] = replace(known, lifecycle="deprecated", retires_at=retires_at)

    def retire(self, model: str, retires_at: str) -> None:
        """*model* is served no more since *retires_at*."""
        self.announce(model, retires_at)
        self._models[model] = replace(self._models[model], lifecycle="retired")

    def demand(self, model: object) -> None:
        """Raises Refused where *model* is served no more."""
        known = self._models.get(str(model))
        if known is not None and known.lifecycle == "retired":
            raise Refused(404, f"model: {model}")

    def page(self) -> Json:
        """What the list of all models says."""
        models = [_told(model) for model in self._models.values()]
        ends = {"first_id": models[0]["id"], "last_id": models[-1]["id"]}
        return {"data": models, "has_more": False, **ends}

    def one(self, model: str) -> Json:
        """What is told of *model*. Raises Refused where there is none such."""
        if model not in self._models:
            raise Refused(404, f"model: {model}")
        return _told(self._models[model])


def _told(model: Model) -> Json:
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.display_name,
        "created_at": "2026-09-22T00:00:00Z",
        "lifecycle": model.lifecycle,
        "deprecated_at": "2026-09-01T00:00:00Z" if model.retires_at else None,
        "retires_at": model.retires_at,
        "max_input_tokens": WINDOW,
        "max_tokens": MAX_TOKENS,
    }
