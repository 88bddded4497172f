"""Pure: the components of messages and modals, found and checked."""

from collections.abc import Iterator, Sequence

from sandbox.discord.markup import Json

BUTTON, TEXT_INPUT, LABEL = 2, 4, 18
_LINK = 5  # the style of a button that has an address in place of a custom id
_ROWS_OF_A_MESSAGE = 5
_BUTTONS_OF_A_ROW = 5
_COMPONENTS_OF_A_TREE = 40
_CUSTOM_ID = 100  # characters


def walk(components: Sequence[Json]) -> Iterator[Json]:
    """All *components* with those inside them, in the order in which they are shown."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for inner in ("accessory", "component"):
            if inner in component:
                yield from walk([component[inner]])


def pressable(components: Sequence[Json]) -> list[str]:
    """The custom ids of the buttons within *components* that are not disabled."""
    return list(labels(components))


def labels(components: Sequence[Json]) -> dict[str, str]:
    """What stands on each button that can be pressed, a word or else an emoji, by custom id."""
    return {
        str(component["custom_id"]): component.get("label") or _emoji(component)
        for component in walk(components)
        if component["type"] == BUTTON
        and component.get("style") != _LINK
        and not component.get("disabled")
    }


def field(components: Sequence[Json]) -> tuple[str, str]:
    """The custom id of a modal's first text field, and what stands above it.

    Raises LookupError where there is none.
    """
    label = ""
    for component in walk(components):
        label = component.get("label") or label
        if component["type"] == TEXT_INPUT:
            return str(component["custom_id"]), label
    raise LookupError("a modal without a field")


def fault(components: Sequence[Json], *, tree: bool) -> str | None:
    """What Discord would refuse about *components*, None where they are good.

    *tree* says that the message is made of components alone (flag COMPONENTS_V2).
    """
    found = list(walk(components))
    if any("type" not in component for component in found):
        return "This field is required"
    custom_ids = [str(c["custom_id"]) for c in found if "custom_id" in c]
    if len(set(custom_ids)) < len(custom_ids):
        return "Component custom id cannot be duplicated"
    if any(not 1 <= len(custom_id) <= _CUSTOM_ID for custom_id in custom_ids):
        return f"Must be between 1 and {_CUSTOM_ID} in length."
    return _crowded(components, len(found), tree=tree)


def filled(components: Sequence[Json], values: dict[str, str]) -> list[Json]:
    """The components of a modal as they are submitted with these *values*, by custom id.

    What nobody filled in keeps the value that the modal came with, or is empty. Labels and rows
    come back around their input; what only shows something comes back without its words.
    """
    return [_filled(component, values) for component in components]


def _emoji(button: Json) -> str:
    emoji: Json = button.get("emoji") or {}
    return str(emoji.get("name") or "")


def _filled(component: Json, values: dict[str, str]) -> Json:
    if component["type"] == LABEL:
        return {"type": LABEL, "id": 1, "component": _filled(component["component"], values)}
    if "components" in component:
        inner = filled(component["components"], values)
        return {"type": component["type"], "id": 1, "components": inner}
    if component["type"] != TEXT_INPUT:
        return {"type": component["type"], "id": 1}
    custom_id = str(component["custom_id"])
    value = values.get(custom_id, component.get("value") or "")
    return {"type": TEXT_INPUT, "id": 1, "custom_id": custom_id, "value": value}


def _crowded(components: Sequence[Json], whole: int, *, tree: bool) -> str | None:
    if tree:
        many = whole > _COMPONENTS_OF_A_TREE
        return f"Must be {_COMPONENTS_OF_A_TREE} or fewer in length." if many else None
    if len(components) > _ROWS_OF_A_MESSAGE:
        return f"Must be {_ROWS_OF_A_MESSAGE} or fewer in length."
    if any(len(row.get("components", [])) > _BUTTONS_OF_A_ROW for row in components):
        return f"Must be between 1 and {_BUTTONS_OF_A_ROW} in length."
    return None
