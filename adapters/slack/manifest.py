"""The app's manifest, as Slack's "Create an app from a manifest" wants it pasted."""

from importlib import resources


def manifest_text() -> str:
    """The YAML of the manifest; it asks for exactly what the code uses."""
    return resources.files("adapters.slack").joinpath("manifest.yaml").read_text(encoding="utf-8")
