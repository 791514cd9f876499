"""Formulas that stand between dollar signs in a decree's wording, set as mathematics in every format.

Known is what the decrees need of TeX: ``\\frac{over}{under}``, ``\\text{words}``, names, numbers, brackets
and ``= + - \\times \\cdot \\div``. Anything else is no formula and stays the text that it is, so that no
word of a definition ever becomes a command of a typesetting program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<fraction>\\frac)|\\text\{(?P<words>[^\\{}$]{1,300})\}|\\(?P<sign>times|cdot|div)(?![a-z])"
    r"|(?P<plain>[=+\-*/()])|(?P<open>\{)|(?P<close>\})|(?P<name>[^\W\d_]+)|(?P<number>\d+(?:[.,]\d+)?)|(?P<end>$))"
)
_SIGNS = {"times": "×", "cdot": "·", "div": "÷", "-": "−", "*": "×"}
_TEX = {"×": r"\times", "·": r"\cdot", "÷": r"\div", "−": "-"}
_MOST_LEVELS = 8
_HALF_POINTS = 17
"""The size of a formula in Word: a little smaller than its paragraph, so that one fits into a column."""
_FORMULA = re.compile(r"\$(?=\S)([^$]{1,2000})(?<=\S)\$(?!\d)")
"""Between dollar signs that hold on to their formula: ``$5 to $6`` is money."""
_MATHML = "http://www.w3.org/1998/Math/MathML"
_OMML = "http://schemas.openxmlformats.org/officeDocument/2006/math"


@dataclass(frozen=True)
class Words:
    """Words, a name or a number, set upright."""

    text: str


@dataclass(frozen=True)
class Sign:
    """A sign between two things, or a bracket."""

    text: str


@dataclass(frozen=True)
class Fraction:
    """One thing over another, with a line between them."""

    over: Row
    under: Row


@dataclass(frozen=True)
class Row:
    """Things beside each other."""

    parts: tuple[Words | Sign | Fraction, ...]


class _NoFormula(Exception):
    """What stands between the dollar signs is not known as a formula."""


def passages(wording: str) -> tuple[str | Row, ...]:
    """Return a wording as texts and formulas, in order; what is no formula stays text, dollars and all."""
    found: list[str | Row] = []
    text, reached = "", 0
    for match in _FORMULA.finditer(wording):
        formula = parse(match[1])
        if formula is None:
            continue
        text += wording[reached : match.start()]
        found += [text.strip(), formula]
        text, reached = "", match.end()
    found.append((text + wording[reached:]).strip())
    return tuple(part for part in found if part)


def parse(tex: str) -> Row | None:
    """Return the formula that *tex* writes, None where it has anything that is not known."""
    try:
        tokens = iter(_tokens(tex))
        return _row(tokens, closing="end", levels=_MOST_LEVELS)
    except _NoFormula:
        return None


def _tokens(tex: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at <= len(tex):
        match = _TOKEN.match(tex, at)
        if match is None:
            raise _NoFormula
        kind = str(match.lastgroup)
        yield kind, match[kind]
        if kind == "end":
            return
        at = match.end()


def _row(tokens: Iterator[tuple[str, str]], closing: str, levels: int) -> Row:
    """row = (fraction | words | sign | name | number)+"""
    parts: list[Words | Sign | Fraction] = []
    if levels == 0:
        raise _NoFormula
    for kind, text in tokens:
        if kind == closing:
            if not parts:
                raise _NoFormula
            return Row(tuple(parts))
        if kind == "fraction":
            parts.append(Fraction(_braced(tokens, levels), _braced(tokens, levels)))
        elif kind in ("words", "name", "number"):
            parts.append(Words(text))
        elif kind in ("sign", "plain"):
            parts.append(Sign(_SIGNS.get(text, text)))
        else:
            raise _NoFormula
    raise _NoFormula


def _braced(tokens: Iterator[tuple[str, str]], levels: int) -> Row:
    """braced = "{" row "}" """
    if next(tokens, ("", ""))[0] != "open":
        raise _NoFormula
    return _row(tokens, closing="close", levels=levels - 1)


# ── the same formula in each form ──


def spoken(row: Row) -> str:
    """Return a formula as one line of text, as it is read aloud: ``(a b) / (c) × d``."""
    shown: list[str] = []
    for part in row.parts:
        if isinstance(part, Fraction):
            shown.append(f"{_bracketed(part.over)} / {_bracketed(part.under)}")
        else:
            shown.append(part.text)
    return " ".join(shown).replace("( ", "(").replace(" )", ")")


def _bracketed(row: Row) -> str:
    text = spoken(row)
    return text if re.fullmatch(r"\w+", text) else f"({text})"


def words_of(row: Row) -> Iterator[str]:
    """Yield the words of a formula in their order, without signs."""
    for part in row.parts:
        if isinstance(part, Fraction):
            yield from words_of(part.over)
            yield from words_of(part.under)
        elif isinstance(part, Words):
            yield part.text


def plain(row: Row) -> list[Mapping[str, Any]]:
    """Return a formula as plain values, from which the templates of PDF files build it."""
    return [
        {"over": plain(part.over), "under": plain(part.under)}
        if isinstance(part, Fraction)
        else {"words" if isinstance(part, Words) else "sign": part.text}
        for part in row.parts
    ]


def tex(row: Row) -> str:
    """Return a formula as the TeX that Markdown shows between dollar signs."""
    return " ".join(
        f"\\frac{{{tex(part.over)}}}{{{tex(part.under)}}}"
        if isinstance(part, Fraction)
        else _TEX.get(part.text, part.text)
        if isinstance(part, Sign)
        else f"\\text{{{_escaped_tex(part.text)}}}"
        for part in row.parts
    )


def _escaped_tex(text: str) -> str:
    return re.sub(r"([#%&_])", r"\\\1", text).replace("^", r"\^{}").replace("~", r"\~{}")


def mathml(row: Row) -> str:
    """Return a formula as MathML, with its words as alternative text."""
    inner = "".join(_mathml(part) for part in row.parts)
    return f'<math xmlns="{_MATHML}" display="block" alttext="{escape(spoken(row))}">{inner}</math>'


def _mathml(part: Words | Sign | Fraction) -> str:
    if isinstance(part, Fraction):
        over, under = ("".join(_mathml(inner) for inner in row.parts) for row in (part.over, part.under))
        return f"<mfrac><mrow>{over}</mrow><mrow>{under}</mrow></mfrac>"
    tag = "mtext" if isinstance(part, Words) else "mo"
    return f"<{tag}>{escape(part.text)}</{tag}>"


def omml(row: Row) -> str:
    """Return a formula as Office MathML: what Word's own equation editor writes and edits."""
    return f'<m:oMath xmlns:m="{_OMML}">{_all(row.parts, _omml)}</m:oMath>'


def _omml(part: Words | Sign | Fraction) -> str:
    if isinstance(part, Fraction):
        over, under = _all(part.over.parts, _omml), _all(part.under.parts, _omml)
        return f"<m:f><m:num>{over}</m:num><m:den>{under}</m:den></m:f>"
    # Words keep the font of their paragraph; signs have the one font that Word knows signs in.
    signs = '<w:rFonts w:ascii="Cambria Math" w:hAnsi="Cambria Math"/>'
    upright, font = ("<m:rPr><m:nor/></m:rPr>", "") if isinstance(part, Words) else ("", signs)
    style = f'{upright}<w:rPr>{font}<w:sz w:val="{_HALF_POINTS}"/></w:rPr>'
    return f'<m:r>{style}<m:t xml:space="preserve">{escape(part.text)}</m:t></m:r>'


def _all(parts: Sequence[Words | Sign | Fraction], form: Callable[[Words | Sign | Fraction], str]) -> str:
    return "".join(form(part) for part in parts)
