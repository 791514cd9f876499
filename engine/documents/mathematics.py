"""Formulas in a decree's wording, and formulas of rules, set as mathematics in every format.

In a wording a formula stands between dollar signs. Known is what decrees need of TeX:
``\\frac{over}{under}``, ``\\text{words}``, names, numbers, brackets and ``= + - \\times \\cdot \\div``.
Anything else is no formula and stays the text that it is, so that no word of a definition ever becomes a
command of a typesetting program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from engine.formula import typeset
from engine.formula.typeset import (
    Cases,
    Digits,
    Fenced,
    Fraction,
    Lowered,
    Part,
    Raised,
    Root,
    Row,
    Sign,
    Stack,
    Words,
)

_TOKEN = re.compile(
    r"\s*(?:(?P<fraction>\\frac)|\\text\{(?P<words>[^\\{}$]{1,300})\}|\\(?P<sign>times|cdot|div)(?![a-z])"
    r"|(?P<plain>[=+\-*/])|(?P<bracket>\()|(?P<closed>\))|(?P<open>\{)|(?P<close>\})"
    r"|(?P<name>[^\W\d_]+)|(?P<number>\d+(?:[.,]\d+)?)|(?P<end>$))"
)
_SIGNS = {"times": "×", "cdot": "·", "div": "÷", "-": "−", "*": "×"}
_MOST_LEVELS = 8
_FORMULA = re.compile(r"\$(?=\S)([^$]{1,2000})(?<=\S)\$(?!\d)")
"""Between dollar signs that hold on to their formula: ``$5 to $6`` is money."""
_TEX_SIGNS: Mapping[str, str] = {
    "×": r"\times",
    "·": r"\cdot",
    "÷": r"\div",
    "−": "-",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "<": r"\lt",
    ">": r"\gt",
    "∈": r"\in",
    "∉": r"\notin",
    "∑": r"\sum",
    "|": r"\vert",
    "⌊": r"\lfloor",
    "⌋": r"\rfloor",
    "⌈": r"\lceil",
    "⌉": r"\rceil",
}
_NEXT_ROW = r" \\ "
_OMML = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_HALF_POINTS = 17
"""The size of a formula in Word: a little smaller than its paragraph, so that one fits into a column."""


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
        return _row(_tokens(tex), closing="end", levels=_MOST_LEVELS)
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
    """row = (fraction | words | sign | name | number | "(" row ")")+"""
    parts: list[Part] = []
    if levels == 0:
        raise _NoFormula
    for kind, text in tokens:
        if kind == closing:
            if not parts:
                raise _NoFormula
            return Row(tuple(parts))
        if kind == "fraction":
            parts.append(Fraction(_braced(tokens, levels), _braced(tokens, levels)))
        elif kind == "bracket":
            parts.append(Fenced("(", _row(tokens, "closed", levels - 1), ")"))
        elif kind in ("words", "name"):
            parts.append(Words(text))
        elif kind == "number":
            parts.append(Digits(text))
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


def spoken(part: Part) -> str:
    """Return a formula as one line of text, as it is read aloud: ``(a b) / (c) × d``."""
    match part:
        case Words(text=text) | Digits(text=text) | Sign(text=text):
            return text.strip()
        case Row(parts=parts) | Stack(rows=parts):
            return " ".join(spoken(each) for each in parts)
        case Fraction(over=over, under=under):
            return f"{_bracketed(over)} / {_bracketed(under)}"
        case Raised(base=base, above=above):
            return f"{_bracketed(base)} ^ {_bracketed(above)}"
        case Lowered(base=base, below=below):
            return f"{spoken(base)} ({spoken(below)})"
        case Root(inner=inner):
            return f"√({spoken(inner)})"
        case Fenced(opening=opening, inner=inner, closing=closing):
            return f"{opening}{spoken(inner)}{closing}"
        case Cases(rows=rows, condition=word, otherwise=otherwise):
            told = [
                f"{spoken(value)} {otherwise if test is None else f'{word} {spoken(test)}'}"
                for value, test in rows
            ]
            return "; ".join(told)


def _bracketed(part: Part) -> str:
    text = spoken(part)
    return text if re.fullmatch(r"[\w,.]+", text) else f"({text})"


def plain(part: Part) -> Mapping[str, Any]:
    """Return a formula as plain values, from which the templates of PDF files build it."""
    match part:
        case Words(text=text):
            return {"words": text}
        case Digits(text=text):
            return {"digits": text}
        case Sign(text=text, word=word):
            return {"sign": text, "word": word}
        case Row(parts=parts):
            return {"row": [plain(each) for each in parts]}
        case Stack(rows=rows):
            return {"stack": [plain(each) for each in rows]}
        case Fraction(over=over, under=under):
            return {"over": plain(over), "under": plain(under)}
        case Raised(base=base, above=above):
            return {"base": plain(base), "above": plain(above)}
        case Lowered(base=base, below=below):
            return {"base": plain(base), "below": plain(below)}
        case Root(inner=inner):
            return {"root": plain(inner)}
        case Fenced(opening=opening, inner=inner, closing=closing):
            return {"opening": opening, "inner": plain(inner), "closing": closing}
        case Cases(rows=rows, condition=word, otherwise=otherwise):
            told = [[plain(value), None if test is None else plain(test)] for value, test in rows]
            return {"cases": told, "condition": word, "otherwise": otherwise}


def mathml(part: Part) -> str:
    """Return a formula as MathML, with its line of text for programs that can't draw it."""
    drawn = typeset.mathml(part)
    return drawn.replace("<math ", f'<math alttext="{escape(spoken(part))}" ', 1)


def tex(part: Part) -> str:
    """Return a formula as the TeX that Markdown shows between dollar signs, in the cell of a table too."""
    match part:
        case Words(text=text):
            return _tex_words(text)
        case Digits(text=text):
            return text.replace(",", "{,}")
        case Sign(text=text, word=True):
            return _tex_words(f" {text} ")
        case Sign(text=text):
            return _TEX_SIGNS.get(text, text)
        case Row(parts=parts):
            return " ".join(tex(each) for each in parts)
        case Stack(rows=rows):
            return f"\\begin{{array}}{{l}}{_NEXT_ROW.join(tex(each) for each in rows)}\\end{{array}}"
        case Fraction(over=over, under=under):
            return f"\\frac{{{tex(over)}}}{{{tex(under)}}}"
        case Raised(base=base, above=above):
            return f"{{{tex(base)}}}^{{{tex(above)}}}"
        case Lowered(base=base, below=below):
            return f"{{{tex(base)}}}_{{{tex(below)}}}"
        case Root(inner=inner):
            return f"\\sqrt{{{tex(inner)}}}"
        case Fenced(opening=opening, inner=inner, closing=closing):
            left, right = (_TEX_SIGNS.get(bracket, bracket) for bracket in (opening, closing))
            return f"\\left{left} {tex(inner)} \\right{right}"
        case Cases(rows=rows, condition=word, otherwise=otherwise):
            told = [
                f"{tex(value)} & "
                + (_tex_words(otherwise) if test is None else f"{_tex_words(f'{word} ')}{tex(test)}")
                for value, test in rows
            ]
            return f"\\begin{{cases}}{_NEXT_ROW.join(told)}\\end{{cases}}"


def _tex_words(text: str) -> str:
    """Return words in TeX; what HTML or a table of Markdown would take for its own stands as a sign."""
    known = {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}"}
    pieces = (
        _TEX_SIGNS[piece]
        if piece in ("<", ">", "|")
        else "\\text{" + re.sub(r"[#%&_{}$\\^~]", lambda m: known.get(m[0], f"\\{m[0]}"), piece) + "}"
        for piece in re.split(r"([<>|])", text)
        if piece
    )
    return " ".join(pieces)


def omml(part: Part) -> str:
    """Return a formula as Office MathML: what Word's own equation editor writes and edits."""
    return f'<m:oMath xmlns:m="{_OMML}">{_omml(part)}</m:oMath>'


def _omml(part: Part) -> str:
    match part:
        case Words(text=text):
            return _run(text, upright=True)
        case Sign(text=text, word=True):
            return _run(f"\u00a0{text}\u00a0", upright=True)
        case Digits(text=text) | Sign(text=text):
            return _run(text, upright=False)
        case Row(parts=parts):
            return "".join(_omml(each) for each in parts)
        case Stack(rows=rows):
            return f"<m:eqArr>{''.join(f'<m:e>{_omml(each)}</m:e>' for each in rows)}</m:eqArr>"
        case Fraction(over=over, under=under):
            return f"<m:f><m:num>{_omml(over)}</m:num><m:den>{_omml(under)}</m:den></m:f>"
        case Raised(base=base, above=above):
            return f"<m:sSup><m:e>{_omml(base)}</m:e><m:sup>{_omml(above)}</m:sup></m:sSup>"
        case Lowered(base=base, below=below):
            return f"<m:sSub><m:e>{_omml(base)}</m:e><m:sub>{_omml(below)}</m:sub></m:sSub>"
        case Root(inner=inner):
            return (
                f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{_omml(inner)}</m:e></m:rad>'
            )
        case Fenced(opening=opening, inner=inner, closing=closing):
            return _between(opening, _omml(inner), closing)
        case Cases(rows=rows, condition=word, otherwise=otherwise):
            told = (
                _omml(value)
                + _run("\u00a0\u00a0" + (otherwise if test is None else word + "\u00a0"), upright=True)
                + ("" if test is None else _omml(test))
                for value, test in rows
            )
            return _between("{", f"<m:eqArr>{''.join(f'<m:e>{each}</m:e>' for each in told)}</m:eqArr>", "")


def _between(opening: str, inner: str, closing: str) -> str:
    ends = f'<m:begChr m:val="{escape(opening)}"/><m:endChr m:val="{escape(closing)}"/>'
    return f"<m:d><m:dPr>{ends}</m:dPr><m:e>{inner}</m:e></m:d>"


def _run(text: str, *, upright: bool) -> str:
    """Return a run; words keep the font of their paragraph, signs have the font that Word knows them in."""
    font = "" if upright else '<w:rFonts w:ascii="Cambria Math" w:hAnsi="Cambria Math"/>'
    style = "<m:rPr><m:nor/></m:rPr>" if upright else ""
    size = f'<w:sz w:val="{_HALF_POINTS}"/>'
    return f'<m:r>{style}<w:rPr>{font}{size}</w:rPr><m:t xml:space="preserve">{escape(text)}</m:t></m:r>'
