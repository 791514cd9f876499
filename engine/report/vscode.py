"""Settings that make VS Code complete, explain and check definitions: the schemas, and where they count.

The schemas are copied beside the settings, so that they work for everybody who opens the folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.schema import names, schema_text

SETTINGS, EXTENSIONS = ".vscode/settings.json", ".vscode/extensions.json"
_FILES = {
    "organization": "organization.yaml",
    "regulations": "regulations.yaml",
    "source": "sources/*.yaml",
    "indicator": "indicators/*.yaml",
    "scenario": "scenarios/*.yaml",
}


def schema_files() -> dict[str, str]:
    """Return the text of every schema by the path of its copy."""
    return {_copy(name): schema_text(name) for name in names()}


def settings(catalogue: str) -> dict[str, Mapping[str, Any]]:
    """Return what the settings files need to hold, by path, for definitions in the folder *catalogue*."""
    below = "" if catalogue == "." else f"{catalogue}/"
    return {
        SETTINGS: {"yaml.schemas": {f"./{_copy(name)}": [f"{below}{_FILES[name]}"] for name in names()}},
        EXTENSIONS: {"recommendations": ["redhat.vscode-yaml"]},
    }


def merged(there: Any, added: Any) -> Any:
    """Return *there* with *added*: mappings key by key, lists joined; ValueError where two values differ."""
    if isinstance(there, dict) and isinstance(added, Mapping):
        return there | {
            key: merged(there[key], value) if key in there else value for key, value in added.items()
        }
    if isinstance(there, list) and isinstance(added, list):
        return [*there, *(item for item in added if item not in there)]
    if there != added:
        raise ValueError("another value stands there")
    return there


def as_text(content: Any) -> str:
    """Return settings as they are written to a file."""
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _copy(name: str) -> str:
    return f".vscode/iku/{name}.schema.json"
