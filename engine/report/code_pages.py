"""What each problem code means, with a wrong and a right example and what to do.

One file a code in `explained/`, named like the code: the only place where these texts stand. The page
`docs/problems.md`, `iku problem CODE` and the rules of a SARIF report are made of them, and a test runs
every example.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.definition import Label
from engine.document import MappingNode, ScalarNode, read
from engine.language import Language
from engine.problems import Severity
from engine.text import Text

_FOLDER = Path(__file__).parent / "explained"
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")
_NO_FILE = ("command", "python", "new file")
_WORDS: dict[str, dict[str, str]] = {
    "en": {"wrong": "Wrong", "right": "Right", "do": "What to do", "in": "in", "error": "Errors",
           "warning": "Warnings", "advice": "Advice"},
    "id": {"wrong": "Salah", "right": "Benar", "do": "Yang perlu dilakukan", "in": "dalam",
           "error": "Kesalahan", "warning": "Peringatan", "advice": "Anjuran"},
}  # fmt: skip


@dataclass(frozen=True)
class CodePage:
    """One code explained: `where` names the file of the examples, or is `command`, `python` or `new file`.

    `instead_of` is what both examples take the place of in the catalogue in which they are tried;
    without it, the right one stands there already.
    """

    code: str
    severity: Severity
    title: Label
    means: Label
    cure: Label
    where: str
    wrong: str
    right: str
    instead_of: str | None = None


@cache
def codes() -> tuple[str, ...]:
    """Return every code that has a page, in order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def page(code: str) -> CodePage:
    """Return the page of *code*; KeyError for a code that `codes` does not list."""
    if code not in codes():
        raise KeyError(code)
    path = _FOLDER / f"{code}.yaml"
    document, problems = read(Text(path.name, path.read_text(encoding="utf-8")))
    assert document is not None, f"{path.name}: {problems}"
    assert not problems, f"{path.name}: {problems}"
    top = document.root
    severity = next(one for one in _SEVERITIES if one == _text(top, "severity"))
    stood = top.get("instead_of")
    return CodePage(
        _text(top, "code"),
        severity,
        _label(top, "title"),
        _label(top, "means"),
        _label(top, "do"),
        _text(top, "in"),
        _text(top, "wrong").rstrip("\n"),
        _text(top, "right").rstrip("\n"),
        None if stood is None else _text(top, "instead_of").rstrip("\n"),
    )


def _text(node: MappingNode, key: str) -> str:
    found = node.get(key)
    assert isinstance(found, ScalarNode), f"{node.text.path}: `{key}` is a text"
    return found.written


def _label(top: MappingNode, key: str) -> Label:
    both = top.get(key)
    assert isinstance(both, MappingNode), f"{top.text.path}: `{key}` has `en` and `id`"
    english, indonesian = _text(both, "en"), _text(both, "id")
    return Label(english, indonesian, english)


def page_text(code: str, language: Language = "en", width: int = 100) -> str:
    """Return the page of *code* for a terminal; KeyError for an unknown code."""
    found, words = page(code), _WORDS[language]
    lines = [f"{found.code} ({found.severity}): {found.title.text(language)}", ""]
    lines += textwrap.wrap(found.means.text(language), width)
    for kind, example in (("wrong", found.wrong), ("right", found.right)):
        lines += ["", f"{words[kind]}{_where(found, words)}:", ""]
        lines += [f"    {line}".rstrip() for line in example.split("\n")]
    lines += ["", f"{words['do']}:", "", *textwrap.wrap(found.cure.text(language), width)]
    return "".join(f"{line}\n" for line in lines)


def _where(found: CodePage, words: dict[str, str]) -> str:
    return "" if found.where in _NO_FILE else f", {words['in']} {found.where}"


def codes_text(language: Language = "en") -> str:
    """Return one line a code, by severity."""
    wide = max(len(code) for code in codes())
    lines: list[str] = []
    for severity, pages in _by_severity():
        lines += ["", _WORDS[language][severity]] if lines else [_WORDS[language][severity]]
        lines += [f"  {found.code:<{wide}}  {found.title.text(language)}" for found in pages]
    return "".join(f"{line}\n" for line in lines)


def _by_severity() -> Iterator[tuple[Severity, Sequence[CodePage]]]:
    for severity in _SEVERITIES:
        yield severity, [found for found in map(page, codes()) if found.severity == severity]


def page_markdown(code: str, language: Language = "en") -> str:
    """Return what a page says below its heading, as Markdown; KeyError for an unknown code."""
    found, words = page(code), _WORDS[language]
    kind = {"command": "sh", "python": "python"}.get(
        found.where, "yaml" if found.where.endswith((".yaml", "new file")) else "text"
    )
    parts = [found.means.text(language)]
    for key, example in (("wrong", found.wrong), ("right", found.right)):
        parts += [f"{words[key]}{_where(found, words)}:", f"```{kind}\n{example}\n```"]
    parts.append(found.cure.text(language))
    return "\n\n".join(parts) + "\n"


def all_markdown() -> str:
    """Return the page of the documents that explains every code, in English."""
    parts = [
        "# Problems\n\nEvery code that iku reports, what it means, an example and what to do. "
        "`iku problem CODE` prints the same, `--lang id` in Indonesian.\n"
    ]
    for severity, pages in _by_severity():
        lines = "\n".join(f"- [{found.code}](#{found.code}): {found.title.default}" for found in pages)
        parts.append(f"## {_WORDS['en'][severity]}\n\n{lines}\n")
    parts.append("## Explanations\n")
    for code in codes():
        found = page(code)
        parts.append(f"### {code}\n\n*{found.severity}*: {found.title.default}.\n\n{page_markdown(code)}")
    return "\n".join(parts)
