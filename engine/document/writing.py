"""Write a text so that YAML reads it as that text again."""

from __future__ import annotations

from engine.document.scalars import value_of


def reads_as_itself(text: str, *, flow: bool) -> bool:
    """Tell whether *text* without quotes is read as it stands; `flow`: inside brackets."""
    import yaml

    around = f"{{k: {text}}}" if flow else f"k: {text}"
    try:
        events = list(yaml.parse(around, Loader=yaml.SafeLoader))
    except yaml.YAMLError:
        return False
    read = [event for event in events if isinstance(event, yaml.ScalarEvent)]
    return len(read) == 2 and read[1].value == text and not read[1].style and value_of(text)[1] is None


def in_quotes(text: str) -> str:
    """Return *text* in the quotes that need the fewest changes of it."""
    if "\n" not in text and ('"' in text or "\\" in text):
        return "'" + text.replace("'", "''") + "'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def scalar(text: str) -> str:
    """Return *text* plain where that is read as this text anywhere, else in quotes."""
    plain = all(reads_as_itself(text, flow=flow) for flow in (False, True)) and value_of(text) == (text, None)
    return text if plain else in_quotes(text)
