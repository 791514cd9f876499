"""The grammar of formulas: what is allowed, what is refused and in which words, and how large it may be."""

from __future__ import annotations

import ast
import contextlib
import keyword
import re
import sys
import threading
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.formula import grammar
from engine.formula.grammar import ALLOWED, FormulaRefused, parse

ALLOWED_TEXTS = [
    "1",
    "0.5",
    "a",
    "-a + +b",
    "a + b - c * d / e % f ** 2",
    "a < b <= c",
    "a == b and not (c or d)",
    'a in ["x", "y"]',
    "a not in s",
    "a in (1, 2)",
    "x if a else y if b else z",
    "table[key]",
    "source.column",
    "period.year",
    "max(1,2)",
    'count(p, where=p.kind == "x")',
    "true and false",
    "a\n- b",
    "50 % 7",
    "2021 - 12 - 31",
    "max(0,125)",
    "a in [-1, 2] if not b else -c ** -2",
]

REFUSED = [
    ("", 0, 0, "empty-formula", "the formula is empty", None),
    ("0,11 * a", 0, 4, "comma-decimal", "`0,11` is written with a decimal comma", "write 0.11"),
    ("a^2", 1, 2, "power", "`^` is not a sign of formulas", "write `**` for a power"),
    ("max(a;b)", 5, 6, "semicolon", "`;` is not a sign of formulas", "separate arguments by a comma"),
    ("85%", 2, 3, "percent-sign", "`%` after a number is not understood here", "write 85 / 100"),
    ("a = b", 2, 3, "single-equals", "`=` is not a sign of formulas", "write `==` to compare"),
    ("=a / b", 0, 1, "leading-equals", "a formula begins without `=`", "remove the `=`"),
    ("a <> b", 2, 4, "not-equal", "`<>` is not a sign of formulas", "write `!=`"),
    ("a // b", 2, 4, "whole-division", "`//` is not a sign of formulas", "write `floor(a / b)`"),
    ("a && b", 2, 4, "and-or", "`&&` is not a sign of formulas", "write `and`"),
    ("a | b", 2, 3, "and-or", "`|` is not a sign of formulas", "write `or`"),
    ("a × b", 2, 3, "strange-character", "`×` is not a sign of formulas", "write `*`"),
    ("a ≥ b", 2, 3, "strange-character", "`≥` is not a sign of formulas", "write `>=`"),
    (
        "“x”",
        0,
        1,
        "curly-quotes",
        "`“` is a curly quote from a word processor",
        'write straight quotes: "..."',
    ),
    (
        "a\u00a0+ b",
        1,
        2,
        "odd-space",
        "a no-break space stands here, as word processors write it",
        "replace it by an ordinary space",
    ),
    (
        "\u0430 + 1",
        0,
        1,
        "strange-character",
        "`\u0430` (U+0430) can't stand in a formula",
        "names are written with the letters a to z, digits and _",
    ),
    ('"x', 0, 1, "missing-quote", "this quote is not closed", "close it on the same line"),
    (
        "total nilai / 2",
        0,
        11,
        "two-values",
        "`total nilai` are two names with nothing between them",
        "a name has no spaces: `total_nilai`; or write an operator between them",
    ),
    (
        "2 a",
        0,
        3,
        "two-values",
        "nothing stands between `2` and `a`",
        "write an operator such as * or + between them",
    ),
    ("a dan b", 2, 5, "two-values", "`dan` is not a word of formulas", "write `and`"),
    (
        "if a then b else c",
        5,
        9,
        "two-values",
        "`then` is not a word of formulas",
        "write `value if condition else other`",
    ),
    (
        "IF(a, b, c)",
        0,
        2,
        "spreadsheet-if",
        "a choice is not a function here",
        "write `value if condition else other`",
    ),
    ("AVERAGE(a)", 0, 7, "unknown-function", "there is no function `AVERAGE`", "write `mean(...)`"),
    (
        "SUM(a)",
        0,
        3,
        "upper-case",
        "`SUM` is written in capitals",
        "functions are written in small letters: `sum(...)`",
    ),
    (
        "Nilai + 1",
        0,
        5,
        "upper-case",
        "`Nilai` has capital letters",
        "names are written in small letters: `nilai`",
    ),
    ("True", 0, 4, "upper-case", "`True` is written `true` in formulas", None),
    ("None", 0, 4, "upper-case", "`None` is no value of formulas", "ask for a blank with `is_missing(x)`"),
    ("a AND b", 2, 5, "upper-case", "`AND` is written in small letters", "write `and`"),
    ("_a", 0, 2, "bad-code", "`_a` begins with _; names begin with a letter", None),
    ("lambda", 0, 6, "reserved-word", "`lambda` is not a word of formulas", None),
    ("(a + b", 0, 1, "bracket", "this `(` is never closed", "add `)`"),
    ("a + b)", 5, 6, "bracket", "this `)` closes nothing", "remove it, or add what it should close"),
    ("(a]", 2, 3, "bracket", "`(` is closed by `]`", "write `)`"),
    (
        "a +",
        2,
        3,
        "missing-operand",
        "something is missing after `+`",
        "a formula on several lines continues under `formula: >-`",
    ),
    ("* b", 0, 1, "missing-operand", "something is missing before `*`", None),
    ("a if b", 2, 4, "missing-else", "a choice needs both sides", "write `value if condition else other`"),
    ("a if b else", 7, 11, "missing-operand", "something is missing after `else`", None),
    (
        "a, b",
        1,
        2,
        "stray-comma",
        "this comma separates nothing",
        "commas stand between the arguments of a function; decimals are written with a dot",
    ),
    ("1.234.567", 0, 9, "thousands-dot", "`1.234.567` has dots between thousands", "write 1234567"),
    ("012", 0, 3, "leading-zero", "`012` begins with a zero", "write 12"),
    (".5", 0, 2, "wrong-number", "`.5` has no digit beside its dot", "write 0.5"),
    (
        "1e3",
        0,
        3,
        "wrong-number",
        "`1e3` is not a number",
        "write digits and, for decimals, one dot; a name begins with a letter",
    ),
    (
        "0x1f",
        0,
        4,
        "wrong-number",
        "`0x1f` is not a number",
        "write digits and, for decimals, one dot; a name begins with a letter",
    ),
    (
        "sum(a1:b9)",
        4,
        9,
        "cell-range",
        "`a1:b9` is a range of cells",
        "write an aggregate over a column: sum(source.column)",
    ),
    (
        "count(p, wher=a)",
        9,
        14,
        "single-equals",
        "`wher=` is not known in a function",
        "the only named argument is `where=`; write `==` to compare",
    ),
    ("[1, 2]", 0, 6, "not-allowed", "a list stands only to the right of `in`", None),
    ('1 if () == "x" else 2', 5, 7, "not-allowed", "a list stands only to the right of `in`", None),
    ('a == ["x"]', 5, 10, "not-allowed", "a list stands only to the right of `in`", None),
    (
        "a in []",
        5,
        7,
        "not-allowed",
        "this list is empty, so nothing is in it",
        'write its categories or numbers, such as ["a", "b"]',
    ),
    ('["x"] in ["x"]', 0, 5, "not-allowed", "a list stands only to the right of `in`", None),
    ("a.b.c", 0, 5, "not-allowed", "a dot stands only between two names: `source.column`", None),
    ("f(a)(b)", 0, 4, "not-allowed", "only a function can be called: `name(...)`", None),
    ("f(*a)", 2, 4, "not-allowed", "`*` before an argument means nothing here", None),
    ("a in b.c", 5, 8, "not-allowed", '`in` needs a set parameter, or a list such as ["a", "b"]', None),
    ("a in [b]", 6, 7, "not-allowed", "a list holds only categories or numbers", None),
    (
        "a < b in s",
        0,
        10,
        "not-allowed",
        "`in` can't be chained with other comparisons",
        "join them with `and`",
    ),
    (
        "1.234.567,89",
        0,
        12,
        "comma-decimal",
        "`1.234.567,89` is written with a decimal comma",
        "write 1234567.89",
    ),
    ("1.234,5 * a", 0, 7, "comma-decimal", "`1.234,5` is written with a decimal comma", "write 1234.5"),
    (
        "1,000",
        0,
        5,
        "comma-decimal",
        "`1,000` is a decimal to some and a thousand to others",
        "write 1.000 if the comma is a decimal comma, 1000 if it parts thousands",
    ),
    ("1,000,000", 0, 9, "comma-decimal", "`1,000,000` has commas between thousands", "write 1000000"),
    ("0,125", 0, 5, "comma-decimal", "`0,125` is written with a decimal comma", "write 0.125"),
    (
        "1,2,3",
        1,
        2,
        "stray-comma",
        "this comma separates nothing",
        "commas stand between the arguments of a function; decimals are written with a dot",
    ),
    (
        "a >= 2021-12-31",
        5,
        15,
        "date",
        "`2021-12-31` would be computed, it is no date in a formula",
        "compare with period.start or period.end; to compute, put spaces around `-`",
    ),
    (
        "31/12/2021",
        0,
        10,
        "date",
        "`31/12/2021` would be computed, it is no date in a formula",
        "compare with period.start or period.end; to compute, put spaces around `/`",
    ),
    ("(a + b)%", 7, 8, "percent-sign", "`%` after a number is not understood here", "write `/ 100`"),
    ("a > 85% == b", 6, 7, "percent-sign", "`%` after a number is not understood here", "write 85 / 100"),
    ("85% - a", 2, 3, "percent-sign", "`%` after a number is not understood here", "write 85 / 100"),
    ("a =< b", 2, 4, "single-equals", "`=<` is not a sign of formulas", "write `<=`"),
    ("a => b", 2, 4, "single-equals", "`=>` is not a sign of formulas", "write `>=`"),
    ("a === b", 2, 5, "single-equals", "`===` is not a sign of formulas", "write `==` to compare"),
    ("a + * b", 2, 5, "missing-operand", "something is missing between `+` and `*`", None),
    ("(a +)", 3, 4, "missing-operand", "something is missing after `+`", None),
    ("f(* , a)", 2, 3, "missing-operand", "something is missing after `*`", None),
    ("(/ a)", 1, 2, "missing-operand", "something is missing before `/`", None),
    (
        "f(a, , b)",
        5,
        6,
        "stray-comma",
        "this comma separates nothing",
        "commas stand between the arguments of a function; decimals are written with a dot",
    ),
    (
        "f(,a)",
        2,
        3,
        "stray-comma",
        "this comma separates nothing",
        "commas stand between the arguments of a function; decimals are written with a dot",
    ),
    ("a if else c", 2, 9, "missing-operand", "something is missing between `if` and `else`", None),
    (
        "if a else b",
        0,
        2,
        "missing-else",
        "a choice begins with its first value",
        "write `value if condition else other`",
    ),
    (
        "a else b",
        2,
        6,
        "missing-else",
        "this `else` belongs to no `if`",
        "write `value if condition else other`",
    ),
    (
        "a if b else c if d",
        14,
        16,
        "missing-else",
        "a choice needs both sides",
        "write `value if condition else other`",
    ),
    (
        "(a if b) else c",
        3,
        5,
        "missing-else",
        "a choice needs both sides",
        "write `value if condition else other`",
    ),
    (
        "difference if b",
        11,
        13,
        "missing-else",
        "a choice needs both sides",
        "write `value if condition else other`",
    ),
    ('"if" if a', 5, 7, "missing-else", "a choice needs both sides", "write `value if condition else other`"),
    ("await a", 0, 5, "reserved-word", "`await` is not a word of formulas", None),
    (
        "sum(a, where=b, where=c)",
        22,
        23,
        "not-allowed",
        "`where=` stands here a second time",
        "join the conditions with `and`",
    ),
    ("f(**a)", 4, 5, "not-allowed", "`**` before an argument means nothing here", None),
    ("00.5", 0, 4, "leading-zero", "`00.5` begins with a zero", "write 0.5"),
    (
        "A1:B9",
        0,
        5,
        "cell-range",
        "`A1:B9` is a range of cells",
        "write an aggregate over a column: sum(source.column)",
    ),
    (
        "t[a:b]",
        3,
        4,
        "cell-range",
        "`:` is not a sign of formulas",
        "a range of cells is written as an aggregate over a column: sum(source.column)",
    ),
    ("a -> b", 2, 4, "strange-character", "`->` is not a sign of formulas", None),
    (
        "a == not b",
        5,
        8,
        "unreadable",
        "the formula can't be read at `not`",
        "look for a missing operator, value or bracket just before this",
    ),
    ("a[1, 2]", 0, 7, "not-allowed", "[ ] looks a value up in a table: `table[key]`", None),
    ("OR(a, b)", 0, 2, "upper-case", "`OR` is not a function here", "write `a or b`"),
    ("NOT(a)", 0, 3, "upper-case", "`NOT` is not a function here", "write `not a`"),
    (
        "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
        0,
        65,
        "too-long",
        "a name has at most 64 characters",
        None,
    ),
    ('"é"', 0, 3, "strange-character", "a category in a formula is plain ASCII; `é` is not", None),
    (
        '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"',
        0,
        67,
        "too-long",
        "a category has at most 64 characters",
        None,
    ),
    ("9999999999999999999", 0, 19, "wrong-number", "this number is too large", None),
    (
        "1if a",
        0,
        5,
        "two-values",
        "nothing stands between `1if` and `a`",
        "write an operator such as * or + between them",
    ),
    ("a is b", 2, 4, "two-values", "`is` is not a word of formulas", "write `==`"),
    (
        "Total Nilai / 2",
        0,
        11,
        "two-values",
        "`Total Nilai` are two names with nothing between them",
        "a name has no spaces: `total_nilai`; or write an operator between them",
    ),
    (
        "a := 1",
        2,
        4,
        "assignment",
        "`:=` is not a sign of formulas",
        "a formula only computes; give a value a name as a step or parameter",
    ),
    ("a @ b", 2, 3, "strange-character", "`@` is not a sign of formulas", None),
    ("{a}", 0, 1, "strange-character", "`{` is not a sign of formulas", None),
    (
        "‘x’",
        0,
        1,
        "curly-quotes",
        "`‘` is a curly quote from a word processor",
        'write straight quotes: "..."',
    ),
    ("a\\\nb", 1, 2, "strange-character", "`\\` is not a sign of formulas", None),
    ("max(a; b; c)", 5, 6, "semicolon", "`;` is not a sign of formulas", "separate arguments by a comma"),
]


@pytest.mark.parametrize("text", ALLOWED_TEXTS)
def test_what_the_language_has_is_accepted(text):
    assert parse(text).text == text


@pytest.mark.parametrize(
    ("text", "start", "end", "code", "message", "hint"), REFUSED, ids=lambda value: repr(value)[:20]
)
def test_what_it_has_not_is_refused_in_plain_words(text, start, end, code, message, hint):
    with pytest.raises(FormulaRefused) as refused:
        parse(text)
    fault = refused.value.faults[0]
    assert (fault.start, fault.end, fault.code) == (start, end, code)
    assert str(fault.message) == message
    assert (None if fault.hint is None else str(fault.hint)) == hint


def test_a_node_stands_where_it_was_written():
    """Also in a formula of several lines."""
    tree = parse("a +\n  bb * (c\t- dd)")
    names = {
        node.id: tree.text[slice(*tree.span(node))]
        for node in ast.walk(tree.root)
        if isinstance(node, ast.Name)
    }
    assert names == {"a": "a", "bb": "bb", "c": "c", "dd": "dd"}


LIST_ONLY = {"List", "Tuple", "keyword"}
LOOSE = {
    "Add",
    "Sub",
    "Mult",
    "Div",
    "Mod",
    "Pow",
    "Lt",
    "LtE",
    "Gt",
    "GtE",
    "Eq",
    "NotEq",
    "In",
    "NotIn",
    "And",
    "Or",
    "Not",
    "UAdd",
    "USub",
    "Load",
}
ABSTRACT = {
    "AST",
    "expr",
    "stmt",
    "mod",
    "operator",
    "unaryop",
    "boolop",
    "cmpop",
    "expr_context",
    "slice",
    "pattern",
    "excepthandler",
    "type_ignore",
    "type_param",
}
DEPRECATED = {
    "Num",
    "Str",
    "Bytes",
    "NameConstant",
    "Ellipsis",
    "Index",
    "ExtSlice",
    "Suite",
    "AugLoad",
    "AugStore",
    "Param",
}
REFUSED_NODES = set(
    """
    Module Interactive Expression FunctionType FunctionDef AsyncFunctionDef ClassDef Return Delete Assign
    AugAssign AnnAssign For AsyncFor While If With AsyncWith Raise Try TryStar Assert Import ImportFrom
    Global Nonlocal Expr Pass Break Continue Match NamedExpr Lambda Dict Set ListComp SetComp DictComp
    GeneratorExp Await Yield YieldFrom FormattedValue JoinedStr TemplateStr Interpolation Starred Slice
    Del Store FloorDiv MatMult LShift RShift BitOr BitXor BitAnd Invert Is IsNot comprehension
    ExceptHandler arguments arg alias withitem match_case MatchValue MatchSingleton MatchSequence
    MatchMapping MatchClass MatchStar MatchAs MatchOr TypeIgnore TypeAlias TypeVar ParamSpec TypeVarTuple
    """.split()
)


def test_every_class_of_pythons_tree_is_decided_on():
    """A new Python with a new kind of node fails here until someone decides (F1)."""
    allowed = {cls.__name__ for cls in ALLOWED} | LIST_ONLY | LOOSE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found = {
            name
            for name in dir(ast)
            if isinstance(getattr(ast, name), type) and issubclass(getattr(ast, name), ast.AST)
        }
    assert found - allowed - ABSTRACT - DEPRECATED - REFUSED_NODES == set()
    assert allowed & REFUSED_NODES == set()


# ── size (F5) ──


def depth_500(function):
    """Call *function* from a caller 500 frames deep."""

    def down(levels):
        return function() if levels == 0 else down(levels - 1)

    return down(500)


LARGE = [
    "+".join(["1"] * 240),
    " and ".join(["a"] * 200),
    "max(" + ", ".join(["1"] * 32) + ")",
    "max(1, " * 40 + "1" + ")" * 40,
    "(" * 48 + "a" + ")" * 48,
    "a if b else " * 100 + "c",
    "not " * 48 + "a",
]


@pytest.mark.parametrize("text", LARGE, ids=lambda text: text[:12])
def test_large_formulas_are_read_from_deep_callers_too(text):
    assert depth_500(lambda: parse(text)).text == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a" * 2_001, "formula-too-long"),
        ("+".join(["a"] * 300), "formula-too-long"),
        ("(" * 49 + "a" + ")" * 49, "formula-too-deep"),
        ("not " * 120 + "a", "formula-too-deep"),
        ("-" * 1_900 + "1", "unreadable"),
        ("1" * 400, "wrong-number"),
    ],
)
def test_what_is_too_large_is_refused(text, code):
    with pytest.raises(FormulaRefused) as refused:
        depth_500(lambda: parse(text))
    assert refused.value.faults[0].code == code


def test_a_size_that_is_too_large_is_told():
    """Whole messages, over the whole formula or at the bracket that is one too many."""
    told = {}
    for text in ("a" * 2_001, "+".join(["a"] * 300), "not " * 120 + "a", "-" * 1_900 + "1", "(" * 49):
        with pytest.raises(FormulaRefused) as refused:
            depth_500(lambda text=text: parse(text))
        fault = refused.value.faults[0]
        told[str(fault.message), str(fault.hint)] = (fault.start, fault.end)
    assert told == {
        ("the formula has 2001 characters; 2000 are allowed", "divide it into steps"): (0, 2_001),
        ("the formula has 599 parts; 500 are allowed", "divide it into steps"): (0, 599),
        ("the formula is nested 121 levels deep; 50 are allowed", "divide it into steps"): (0, 481),
        ("the formula can't be read", "divide it into steps"): (0, 1_901),
        ("more than 48 brackets are open here", "divide the formula into steps"): (48, 49),
    }


@pytest.mark.parametrize("text", ["1if a else 2", "0x1for a", "1or 2", r'"\d"', "1(2)", "a is 1", "1 in(1,)"])
def test_python_never_warns(text):
    """What Python reads with a warning is refused before Python sees it (F2)."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with contextlib.suppress(FormulaRefused):
            parse(text)
    assert warned == []


def test_the_programs_warning_filters_stay_as_they_are():
    """Formulas may be read in several threads at once; a filter set in one would stay for all."""
    threads = [
        threading.Thread(target=lambda: [parse("a if b > 1 else c") for _ in range(300)]) for _ in range(8)
    ]
    interval = sys.getswitchinterval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pytest's own filter is `error`, which would hide another one.
        before = list(warnings.filters)
        sys.setswitchinterval(1e-6)
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        assert list(warnings.filters) == before


def test_several_faults_come_in_the_order_of_the_text():
    with pytest.raises(FormulaRefused) as refused:
        parse("a.b.c + t[1, 2] + [3]")
    assert [fault.start for fault in refused.value.faults] == [0, 8, 18]


def test_no_message_is_long_or_carries_control_characters():
    for text in ("a" * 1_000, "\x1b[2J" * 100, "a\x00b", "\u202e" * 50, '"' + "x" * 500 + '"'):
        try:
            parse(text)
        except FormulaRefused as refused:
            for fault in refused.faults:
                assert len(str(fault.message)) <= 300
                assert str(fault.message).isprintable()


# ── anything at all ──

PIECES = st.sampled_from(
    [
        "a",
        "b.c",
        "1",
        "0.5",
        "1e3",
        "(",
        ")",
        "[",
        "]",
        "+",
        "-",
        "*",
        "/",
        "**",
        "%",
        ",",
        "<",
        ">=",
        "==",
        "=",
        "!=",
        " if ",
        " else ",
        " and ",
        " or ",
        "not ",
        " in ",
        '"x"',
        "'",
        '"',
        "sum(",
        "where=",
        ".",
        ":",
        ";",
        "^",
        "\n",
        "\t",
        "lambda ",
        "import ",
        "__",
        "\\",
        "{",
        "}",
        "\u0661",
        "\ud800",
        "é",
        "#",
        "@",
        "`",
        " ",
        "0x1for a",
        "True",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60))
@settings(max_examples=1_500, deadline=None, derandomize=True)
def test_whatever_is_written_gives_a_formula_or_a_refusal(text):
    """Nothing else comes out; faults lie inside the text."""
    try:
        tree = parse(text)
    except FormulaRefused as refused:
        assert refused.faults
        for fault in refused.faults:
            assert 0 <= fault.start <= fault.end <= max(len(text), fault.start)
    else:
        assert all(
            type(node) in ALLOWED or type(node).__name__ in LIST_ONLY | LOOSE for node in ast.walk(tree.root)
        )
        assert re.fullmatch(r"[ -~\t\r\n]*", text)


def expressions():
    leaves = st.sampled_from(["a", "b.c", "1", "0.25", "true", '"x"', "period.year"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(
                inner, st.sampled_from(["+", "-", "*", "/", "%", "**", "<", "==", " and ", " or "]), inner
            ).map(lambda parts: f"({parts[0]}{parts[1]}{parts[2]})"),
            st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else {parts[2]})"),
            inner.map(lambda part: f"-({part})"),
            inner.map(lambda part: f"(not {part})"),
            inner.map(lambda part: f"t[{part}]"),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"f({', '.join(parts)})"),
            inner.map(lambda part: f"sum(p.x, where={part})"),
        ),
        max_leaves=12,
    )


@given(expressions())
@settings(max_examples=500, deadline=None, derandomize=True)
def test_a_formula_means_what_python_reads(text):
    """The approved tree is that of the whole text, nothing cut off (F2)."""
    assert ast.dump(parse(text).root) == ast.dump(ast.parse(f"({text})", mode="eval").body)


def test_reserved_words_cover_those_of_the_language():
    assert {"and", "or", "not", "in", "if", "else", "true", "false", "where"} <= grammar.RESERVED


def test_no_keyword_of_python_can_be_an_id():
    """An id that formulas can't mention would be of no use; capitals are refused by the pattern of ids."""
    assert {word.lower() for word in keyword.kwlist} <= grammar.RESERVED


def test_a_chained_comparison_inside_of_another_is_refused():
    """The middle of a chain is compared twice: chains inside of chains would take 2, 4, 8 times as long."""
    with pytest.raises(FormulaRefused) as refused:
        parse("0 < (1 if 0 < x < 2 else 3) < 4")
    (fault,) = refused.value.faults
    assert (fault.start, fault.end) == (10, 19)
    assert str(fault.message) == "this chained comparison stands inside of another one"


def test_a_remainder_may_be_taken_by_what_has_a_sign():
    """`50% - 3` is meant as a percentage, `a % -b` as a remainder."""
    assert isinstance(parse("a % -b").root, ast.BinOp)
    with pytest.raises(FormulaRefused) as refused:
        parse("50% - 3")
    assert [fault.code for fault in refused.value.faults] == ["percent-sign"]
