"""Formulas set as mathematics say the same as they do as text, in both languages."""

from __future__ import annotations

import pytest

import engine
from engine.formula.functions import AGGREGATES, FUNCTIONS
from engine.formula.grammar import parse
from engine.formula.names import Landscape, Scope, SourceNames, bind
from engine.formula.typeset import (
    FUNCTION_WORDS,
    SPECIAL,
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
    layout,
    mathml,
)

LANDSCAPE = Landscape(
    {"loket": SourceNames(frozenset("abcd"), {})}, {"x": {"p": "loket", "n": None, "result": None}, "y": {}}
)


def parts(formula: str, *, each: str | None = "loket", language: str = "en") -> Part:
    scope = Scope(LANDSCAPE, "x", each, frozenset({"tabel", "pita", "himpunan"}))
    bound, faults = bind(parse(formula), scope)
    assert faults == (), formula
    return layout(bound, lambda reference: None, language)


def spoken(part: Part) -> str:
    """Return a layout as one line, each fraction between braces."""
    match part:
        case Words(text=text) | Digits(text=text):
            return text.replace("\u00a0", " ")
        case Sign(text=text):
            return text if text == "∑" else f" {text} "
        case Row(parts=(Sign(text=text, word=False), inner)):
            return f"{text}{spoken(inner)}"
        case Row(parts=inner):
            return "".join(map(spoken, inner))
        case Stack(rows=rows):
            return "".join(map(spoken, rows))
        case Fraction(over=over, under=under):
            return f"{{{spoken(over)} over {spoken(under)}}}"
        case Raised(base=base, above=above):
            return f"{spoken(base)}^{{{spoken(above)}}}"
        case Lowered(base=base, below=below):
            return f"{spoken(base)}_{{{spoken(below)}}}"
        case Root(inner=inner):
            return f"√{{{spoken(inner)}}}"
        case Fenced(opening=opening, inner=inner, closing=closing):
            return f"{opening}{spoken(inner)}{closing}"
        case Cases(rows=rows, condition=word, otherwise=otherwise):
            told = [
                f"{spoken(value)} {otherwise}" if test is None else f"{spoken(value)} {word} {spoken(test)}"
                for value, test in rows
            ]
            return f"{{{'; '.join(told)}}}"


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("a + b + c", "a + b + c"),
        ("a - (b - c)", "a − (b − c)"),
        ("a - (b + c)", "a − (b + c)"),
        ("a - b - c", "a − b − c"),
        ("a + (b - c)", "a + b − c"),
        ("(a + b) * c", "(a + b) × c"),
        ("a * (b * c)", "a × b × c"),
        ("a % (b * c)", "a mod (b × c)"),
        ("a * b % c", "(a × b) mod c"),
        ("a % b * c + d % 2", "(a mod b) × c + (d mod 2)"),
        ("a / (b / c)", "{a over {b over c}}"),
        ("(a + b) / c * d", "{a + b over c} × d"),
        ("(a / b) ** 2", "({a over b})^{2}"),
        ("-(a + b)", "−(a + b)"),
        ("(-a) ** 2", "(−a)^{2}"),
        ("-a ** 2", "−a^{2}"),
        ("a * -b", "a × −b"),
        ("(a if b > 0 else c) * 2", "({a if b > 0; c otherwise}) × 2"),
        ("a if b > 0 else c if d > 0 else no_value", "{a if b > 0; c if d > 0; no value otherwise}"),
        ("0 < a <= 1", "0 < a ≤ 1"),
        ("(a > 0 or b > 0) and c > 0", "(a > 0 or b > 0) and c > 0"),
        ("not (a > 0 and b > 0)", " not (a > 0 and b > 0)"),
        ("not is_missing(a)", "a is filled"),
        ("is_missing(a) or b == \"x\"", "a is blank or b = “x”"),
        ("a in himpunan and b not in himpunan", "a ∈ himpunan and b ∉ himpunan"),
        ("tabel[a] + band(b, pita)", "tabel[a] + pita(b)"),
        ("abs(a - b) + floor(c) + ceil(d)", "|a − b| + ⌊c⌋ + ⌈d⌉"),
        ("sqrt(a + b) + exp(c)", "√{a + b} + e^{c}"),
        ("min(a, b) + max(c, 1.5)", "least(a ; b) + greatest(c ; 1.5)"),
        ("coalesce(a, 0)", "first that is filled(a ; 0)"),
        ("a > period.year", "a > measured year"),
    ],
)  # fmt: skip
def test_brackets_stand_where_they_are_needed(formula, said):
    assert spoken(parts(formula)) == said


@pytest.mark.parametrize(
    ("formula", "indonesian", "english"),
    [
        ("mean(loket.p, where=loket.a > 0)", "rata-rata(loket.p | loket.a > 0)",
         "mean(loket.p | loket.a > 0)"),
        ("sum(loket.a) / count(loket)", "{∑(loket.a) over banyaknya(loket)}",
         "{∑(loket.a) over number of(loket)}"),
        ("share(loket.a > 0.5) * 100", "bagian(loket.a > 0,5) × 100", "share(loket.a > 0.5) × 100"),
        ("n - previous(y)", "n − y_{periode sebelumnya}", "n − y_{one period earlier}"),
    ],
)  # fmt: skip
def test_rows_are_told_in_both_languages(formula, indonesian, english):
    assert spoken(parts(formula, each=None, language="id")) == indonesian
    assert spoken(parts(formula, each=None)) == english


def test_every_function_has_a_form():
    assert {*FUNCTIONS, *AGGREGATES} - FUNCTION_WORDS.keys() - SPECIAL == set()


def test_what_is_too_long_for_a_line_stands_one_below_the_other():
    long = parts("a + b + " + " + ".join(["c"] * 40))
    assert isinstance(long, Stack)
    assert len(long.rows) == 42
    assert mathml(long).count("<mtr>") == 42


def test_no_word_is_markup():
    bound, _ = bind(parse('a == "<b>" and b > 0'), Scope(LANDSCAPE, "x", "loket", frozenset()))
    said = mathml(layout(bound, lambda reference: '<script>&"', "en"))
    assert "<script" not in said
    assert "<b>" not in said
    assert "&lt;script&gt;&amp;&quot;" in said


def test_titles_stand_in_place_of_names_on_the_pages():
    from engine.site import site

    files = {file.path: file for file in site(engine.load(), period="2021").files}
    page = files["indicators/skm.html"].make().decode()
    assert '<mi mathvariant="normal">Nilai rata-rata unsur</mi><mo>×</mo>' in page
    assert '<mfrac><mrow><mi mathvariant="normal">Total dari Nilai Persepsi Per Unsur</mi></mrow>' in page
