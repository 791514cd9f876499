"""Accept the allowed trees with places; refuse all else in plain words.

A formula is read twice before Python's parser sees it: as characters (printable ASCII only) and as
words (numbers, names, signs, quoted categories). Most mistakes that people make are recognised there,
where their place and their cure are known. What Python then parses is walked once more against the
list of allowed nodes. Rules F1 to F5 and F10 of the guards.
"""

from __future__ import annotations

import ast
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.problems import Message, say

MAX_LENGTH = 2_000
MAX_BRACKETS = 48
MAX_NODES = 500
MAX_DEPTH = 50
"""Levels of the tree. Checking takes eight frames a level, and a caller may be 500 frames deep (F5)."""
MAX_CATEGORY = 64

RESERVED = frozenset(
    [
        "and",
        "or",
        "not",
        "in",
        "if",
        "else",
        "elif",
        "true",
        "no_value",
        "false",
        "where",
        "is",
        "lambda",
        "for",
        "while",
        "with",
        "as",
        "from",
        "import",
        "def",
        "class",
        "return",
        "yield",
        "try",
        "except",
        "finally",
        "raise",
        "assert",
        "del",
        "global",
        "nonlocal",
        "pass",
        "break",
        "continue",
        "async",
        "await",
        "none",
    ]
)
"""Words that can't be the id of anything."""

_WORDS = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<number>[0-9][0-9A-Za-z_.]*|\.[0-9][0-9A-Za-z_.]*)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<quoted>"[^"\n]*"|'[^'\n]*')
    | (?P<sign>\*\*|//|<=|>=|===|==|=<|=>|!=|<>|:=|->|&&|\|\||[-+*/%<>=(),.\[\]{}:;^!&|~@?\\$\#`])
    | (?P<strange>.)
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_CATEGORY = re.compile(r"[ -~]*\Z")
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.Pow)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.In, ast.NotIn)
_LOOSE = frozenset([*_OPERATORS, *_COMPARISONS, ast.And, ast.Or, ast.Not, ast.UAdd, ast.USub, ast.Load])
_OPENING = {"(": ")", "[": "]"}


@dataclass(frozen=True)
class Cure:
    """Changes of a formula's text that mend a fault: each puts a text in the place of ``text[start:end]``.

    A `safe` one means for certain what the author meant; else a person decides.
    """

    title: Message
    changes: tuple[tuple[int, int, str], ...]
    safe: bool = False


@dataclass(frozen=True)
class Fault:
    """What is wrong with a formula from character *start* to *end* of its text; `cures` are alternatives."""

    start: int
    end: int
    code: str
    message: Message
    hint: Message | None = None
    cures: tuple[Cure, ...] = ()


class FormulaRefused(Exception):
    """A text is no formula; `faults` say where and why."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("; ".join(str(fault.message) for fault in faults))


@dataclass(frozen=True, eq=False)
class Tree:
    """An approved formula: only allowed nodes, within the limits of size."""

    text: str
    root: ast.expr

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Return where *node* stands in `text`."""
        return node.col_offset - 1, (node.end_col_offset or node.col_offset) - 1


class Word(NamedTuple):
    """A number, name, sign or quoted category of a formula, or a character that is none of them."""

    kind: str
    text: str
    start: int
    end: int


def parse(text: str, *, known: bool = False) -> Tree:
    """Return the approved tree of a formula; raises FormulaRefused with every fault that was recognised.

    A text that is *known* was approved before: it is held to all rules, but not searched for what people
    write by habit from elsewhere.
    """
    if len(text) > MAX_LENGTH:
        message = say(
            "the formula has {count} characters; {most} are allowed", count=len(text), most=MAX_LENGTH
        )
        raise FormulaRefused(Fault(0, len(text), "formula-too-long", message, say("divide it into steps")))
    words = words_of(text)
    if not words:
        raise FormulaRefused(Fault(0, len(text), "empty-formula", say("the formula is empty")))
    faults = [*_strange(words), *_brackets(words)] or ([] if known else [*_mistakes(words)])
    if faults:
        raise FormulaRefused(*_apart(faults))
    tree = Tree(text, _parsed(text, words))
    # Each part takes a word, and a level takes a part.
    faults = [*(_too_big(tree) if len(words) > MAX_DEPTH else ()), *_forbidden(tree)]
    if faults:
        raise FormulaRefused(*sorted(faults, key=lambda fault: fault.start))
    return tree


def words_of(text: str) -> list[Word]:
    """Return the words of a formula with where they stand, strange characters among them."""
    return [
        Word(match.lastgroup or "", match[0], match.start(), match.end())
        for match in _WORDS.finditer(text)
        if match.lastgroup != "space"
    ]


def _apart(faults: list[Fault]) -> list[Fault]:
    """Return the faults that don't overlap, the longest first, one of a kind, at most two."""
    kept: list[Fault] = []
    for fault in sorted(faults, key=lambda fault: (fault.start - fault.end, fault.start)):
        apart = all(fault.end <= other.start or other.end <= fault.start for other in kept)
        if apart and fault.code not in {other.code for other in kept}:
            kept.append(fault)
    if any(fault.code == "spreadsheet-if" for fault in kept):
        kept = [fault for fault in kept if fault.code != "semicolon"]  # It goes with the IF.
    return sorted(kept, key=lambda fault: fault.start)[:2]


def _fault(word: Word, code: str, message: Message, hint: Message | None = None) -> Fault:
    return Fault(word.start, word.end, code, message, hint)


# ── characters ──

CURED_SIGNS = {
    "×": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "—": "-",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "·": "*",
}
"""Signs of printed formulas, and what to write here."""
CURLY_QUOTES = "“”„‘’‚«»"


def _strange(words: list[Word]) -> Iterator[Fault]:
    """Only printable ASCII stands in a formula (F3)."""
    for word in words:
        if word.kind == "quoted":
            bad = next((c for c in word.text if not _CATEGORY.match(c) or c == "\\"), None)
            if bad is not None:
                yield _fault(
                    word,
                    "strange-character",
                    say("a category in a formula is plain ASCII; `{character}` is not", character=bad),
                )
            elif len(word.text) - 2 > MAX_CATEGORY:
                yield _fault(
                    word, "too-long", say("a category has at most {most} characters", most=MAX_CATEGORY)
                )
        elif word.kind == "strange":
            yield _strange_character(word)


def _strange_character(word: Word) -> Fault:
    character = word.text
    if character in CURED_SIGNS:
        return _fault(
            word,
            "strange-character",
            say("`{character}` is not a sign of formulas", character=character),
            say("write `{sign}`", sign=CURED_SIGNS[character]),
        )
    if character in CURLY_QUOTES:
        return _fault(
            word,
            "curly-quotes",
            say("`{character}` is a curly quote from a word processor", character=character),
            say('write straight quotes: "..."'),
        )
    if character in "\"'":
        return _fault(
            word, "missing-quote", say("this quote is not closed"), say("close it on the same line")
        )
    if character == "\u00a0":
        return _fault(
            word,
            "odd-space",
            say("a no-break space stands here, as word processors write it"),
            say("replace it by an ordinary space"),
        )
    point = f"U+{ord(character):04X}"
    hint = say("names are written with the letters a to z, digits and _") if character.isalnum() else None
    return _fault(
        word,
        "strange-character",
        say("`{character}` ({point}) can't stand in a formula", character=character, point=point),
        hint,
    )


# ── brackets ──


def _brackets(words: list[Word]) -> Iterator[Fault]:
    """Every bracket has its partner, and not too many are open at once (F5)."""
    stack: list[Word] = []
    for word in words:
        if word.kind != "sign":
            continue
        if word.text in _OPENING:
            stack.append(word)
            if len(stack) == MAX_BRACKETS + 1:
                yield _fault(
                    word,
                    "formula-too-deep",
                    say("more than {most} brackets are open here", most=MAX_BRACKETS),
                    say("divide the formula into steps"),
                )
                return
        elif word.text in (")", "]"):
            if not stack:
                yield _fault(
                    word,
                    "bracket",
                    say("this `{sign}` closes nothing", sign=word.text),
                    say("remove it, or add what it should close"),
                )
                return
            opened = stack.pop()
            if _OPENING[opened.text] != word.text:
                yield _fault(
                    word,
                    "bracket",
                    say("`{open}` is closed by `{close}`", open=opened.text, close=word.text),
                    say("write `{sign}`", sign=_OPENING[opened.text]),
                )
                return
    if stack:
        yield _fault(
            stack[-1],
            "bracket",
            say("this `{sign}` is never closed", sign=stack[-1].text),
            say("add `{sign}`", sign=_OPENING[stack[-1].text]),
        )


# ── words ──

_SIGN_CURES: dict[str, tuple[str, Message]] = {
    "^": ("power", say("write `**` for a power")),
    ";": ("semicolon", say("separate arguments by a comma")),
    "=": ("single-equals", say("write `==` to compare")),
    "===": ("single-equals", say("write `==` to compare")),
    "=<": ("single-equals", say("write `<=`")),
    "=>": ("single-equals", say("write `>=`")),
    "<>": ("not-equal", say("write `!=`")),
    "//": ("whole-division", say("write `floor(a / b)`")),
    "&": ("and-or", say("write `and`")),
    "&&": ("and-or", say("write `and`")),
    "|": ("and-or", say("write `or`")),
    "||": ("and-or", say("write `or`")),
    "!": ("and-or", say("write `not`")),
    "~": ("and-or", say("write `not`")),
    ":=": ("assignment", say("a formula only computes; give a value a name as a step or parameter")),
}
_OTHER_WORDS = {
    "dan": say("write `and`"),
    "atau": say("write `or`"),
    "bukan": say("write `not`"),
    "tidak": say("write `not`"),
    "jika": say("write `value if condition else other`"),
    "kalau": say("write `value if condition else other`"),
    "maka": say("write `value if condition else other`"),
    "then": say("write `value if condition else other`"),
    "lainnya": say("write `else`"),
    "is": say("write `==`"),
    "x": say("write `*` to multiply"),
}
OTHER_FUNCTIONS = {
    "average": "mean(...)",
    "avg": "mean(...)",
    "rerata": "mean(...)",
    "rata_rata": "mean(...)",
    "rata2": "mean(...)",
    "jumlah": "sum(...)",
    "hitung": "count(source)",
    "counta": "count(source)",
    "countif": "count(source, where=condition)",
    "sumif": "sum(x, where=condition)",
    "sumifs": "sum(x, where=condition)",
    "averageif": "mean(x, where=condition)",
    "maks": "max(...)",
    "bulatkan": "round(x, digits)",
    "roundup": "ceil(x)",
    "rounddown": "floor(x)",
    "isblank": "is_missing(x)",
    "iferror": "y / x if x > 0 else 0",
    "vlookup": "table[key]",
    "lookup": "table[key]",
    "ln": "log(x)",
    "power": "x ** y",
}
"""What people call functions elsewhere, and what to write here."""
_CONSTANTS = {"true": "true", "false": "false", "benar": "true", "salah": "false"}
_JOINING = frozenset(["and", "or", "not", "in", "if", "else"])
_WORDS_OF_VALUES = frozenset(["true", "false", "no_value", "where"])
_NOT_OURS = RESERVED - _JOINING - _OTHER_WORDS.keys() - _WORDS_OF_VALUES
_BETWEEN = frozenset(["*", "/", "%", "**", "<", "<=", ">", ">=", "==", "!="])
_NEEDS_AFTER = (_BETWEEN | _JOINING | {"+", "-"}) - {"%"}
"""What wants a value after it; a `%` without one is a percent sign and told about as such."""
_NEEDS_BEFORE = (_BETWEEN | _JOINING) - {"not"}
_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+")
_DATE = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])|(0?[1-9]|[12][0-9]|3[01])([-/])(0?[1-9]|1[0-2])\4[0-9]{4}"
)


def _mistakes(words: list[Word]) -> Iterator[Fault]:
    """Recognise what people write by habit from spreadsheets, prose and other languages."""
    depth: list[str] = []
    previous: Word | None = None
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else None
        if word.kind == "number":
            yield from _wrong_number(word)
            if following is not None and following.text in ("-", "/"):
                yield from _date(words[number : number + 5])
        elif word.kind == "name":
            yield from _wrong_name(word, previous, following)
        elif word.kind == "sign":
            opens = number >= 2 and words[number - 2].text in ("(", ",") and depth[-1:] == ["("]
            listed = depth[-1:] not in ([], [""])
            if word.text == "," and not listed:
                yield from _comma(words, number)
            else:
                yield from _wrong_sign(word, previous, following, opens=opens)
            if word.text in _OPENING:
                called = (
                    previous is not None
                    and previous.kind == "name"
                    and (previous.text == "in" or previous.text not in _JOINING)
                )
                depth.append(word.text if word.text == "[" or called else "")
            elif word.text in (")", "]"):
                depth.pop()
        if previous is not None:
            if _side_by_side(previous, word):
                yield _two_values(previous, word)
            yield from _missing(previous, word)
        previous = word


def _wrong_number(word: Word) -> Iterator[Fault]:
    text = word.text
    if _NUMBER.match(text):
        return
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3}){2,}", text):
        yield _fault(
            word,
            "thousands-dot",
            say("`{text}` has dots between thousands", text=text),
            say("write {plain}", plain=text.replace(".", "")),
        )
    elif re.fullmatch(r"0[0-9]+(\.[0-9]+)?", text):
        yield _fault(
            word,
            "leading-zero",
            say("`{text}` begins with a zero", text=text),
            say("write {plain}", plain=re.sub(r"\A0+(?=[0-9])", "", text)),
        )
    elif re.fullmatch(r"\.[0-9]+|[0-9]+\.", text):
        plain = f"0{text}" if text.startswith(".") else text.rstrip(".")
        yield _fault(
            word,
            "wrong-number",
            say("`{text}` has no digit beside its dot", text=text),
            say("write {plain}", plain=plain),
        )
    else:
        yield _fault(
            word,
            "wrong-number",
            say("`{text}` is not a number", text=text),
            say("write digits and, for decimals, one dot; a name begins with a letter"),
        )


def _wrong_name(word: Word, previous: Word | None, following: Word | None) -> Iterator[Fault]:
    text = word.text
    called = following is not None and following.text == "("
    if _NAME.match(text):
        if text in _OTHER_WORDS:
            return
        if following is None and text in _JOINING:
            yield _fault(word, "missing-operand", say("something is missing after `{word}`", word=text))
        elif text not in _JOINING and text in RESERVED and text not in _WORDS_OF_VALUES:
            yield _fault(word, "reserved-word", say("`{text}` is not a word of formulas", text=text))
        return
    lower = text.lower()
    if lower in _CONSTANTS:
        yield _fault(
            word,
            "upper-case",
            say("`{text}` is written `{lower}` in formulas", text=text, lower=_CONSTANTS[lower]),
        )
    elif lower in ("none", "null", "nan"):
        yield _fault(
            word,
            "upper-case",
            say("`{text}` is no value of formulas", text=text),
            say("ask for a blank with `is_missing(x)`"),
        )
    elif called and lower in ("if", "jika"):
        yield _fault(
            word,
            "spreadsheet-if",
            say("a choice is not a function here"),
            say("write `value if condition else other`"),
        )
    elif called and lower in ("and", "or", "not"):
        yield _fault(
            word,
            "upper-case",
            say("`{text}` is not a function here", text=text),
            say("write `a {lower} b`", lower=lower) if lower != "not" else say("write `not a`"),
        )
    elif lower in ("and", "or", "not", "if", "else", "in"):
        yield _fault(
            word,
            "upper-case",
            say("`{text}` is written in small letters", text=text),
            say("write `{lower}`", lower=lower),
        )
    elif len(text) > 64:
        yield _fault(word, "too-long", say("a name has at most 64 characters"))
    elif text.startswith("_"):
        yield _fault(word, "bad-code", say("`{text}` begins with _; names begin with a letter", text=text))
    elif called and lower in OTHER_FUNCTIONS:
        yield _fault(
            word,
            "unknown-function",
            say("there is no function `{text}`", text=text),
            say("write `{cure}`", cure=OTHER_FUNCTIONS[lower]),
        )
    elif called:
        yield _fault(
            word,
            "upper-case",
            say("`{text}` is written in capitals", text=text),
            say("functions are written in small letters: `{lower}(...)`", lower=lower),
        )
    else:
        yield _fault(
            word,
            "upper-case",
            say("`{text}` has capital letters", text=text),
            say("names are written in small letters: `{lower}`", lower=lower),
        )


def _wrong_sign(word: Word, previous: Word | None, following: Word | None, *, opens: bool) -> Iterator[Fault]:
    """*opens*: the word before begins an argument."""
    text = word.text
    if text == "=" and previous is None:
        yield _fault(word, "leading-equals", say("a formula begins without `=`"), say("remove the `=`"))
    elif text == "=" and previous is not None and previous.text == "where":
        return
    elif text == "=" and opens and previous is not None and previous.kind == "name":
        yield Fault(
            previous.start,
            word.end,
            "single-equals",
            say("`{name}=` is not known in a function", name=previous.text),
            say("the only named argument is `where=`; write `==` to compare"),
        )
    elif text in _SIGN_CURES:
        code, cure = _SIGN_CURES[text]
        yield _fault(word, code, say("`{sign}` is not a sign of formulas", sign=text), cure)
    elif text == "," and previous is not None and previous.text in ("(", "[", ","):
        yield _stray_comma(word)
    elif text == "%" and previous is not None and _ends(following) and not _signed(previous, following):
        yield _fault(
            word,
            "percent-sign",
            say("`%` after a number is not understood here"),
            say("write {number} / 100", number=previous.text)
            if previous.kind == "number"
            else say("write `/ 100`"),
        )
    elif text == ":" and previous is not None and following is not None and _are_cells(previous, following):
        yield Fault(
            previous.start,
            following.end,
            "cell-range",
            say("`{first}:{last}` is a range of cells", first=previous.text, last=following.text),
            say("write an aggregate over a column: sum(source.column)"),
        )
    elif text == ":":
        yield _fault(
            word,
            "cell-range",
            say("`:` is not a sign of formulas"),
            say("a range of cells is written as an aggregate over a column: sum(source.column)"),
        )
    elif text in "{}@?\\$#`":
        yield _fault(word, "strange-character", say("`{sign}` is not a sign of formulas", sign=text))
    elif text in ("->",):
        yield _fault(word, "strange-character", say("`->` is not a sign of formulas"))
    elif following is None and text not in (")", "]"):
        yield _fault(
            word,
            "missing-operand",
            say("something is missing after `{sign}`", sign=text),
            say("a formula on several lines continues under `formula: >-`"),
        )
    elif previous is None and text not in ("(", "[", "-", "+"):
        yield _fault(word, "missing-operand", say("something is missing before `{sign}`", sign=text))


def _are_cells(first: Word, last: Word) -> bool:
    return _CELL.fullmatch(first.text) is not None and _CELL.fullmatch(last.text) is not None


def _signed(left: Word, right: Word | None) -> bool:
    """Return whether a remainder is taken by what has a sign, `a % -b`; after a number it is percent."""
    return right is not None and right.text in ("+", "-") and left.kind != "number"


def _ends(following: Word | None) -> bool:
    """Return whether a `%` ends a value, as in spreadsheets, rather than dividing by what follows."""
    return following is None or following.text in (_BETWEEN | _JOINING | {")", "]", ",", "+", "-"})


def _comma(words: Sequence[Word], number: int) -> Iterator[Fault]:
    """A comma where nothing is listed: of a decimal, between thousands, or stray."""
    first = number
    while first >= 1 and _joined(words, first - 1) and words[first - 1].kind != "name":
        first -= 1
    last = number
    while last + 1 < len(words) and _joined(words, last) and words[last + 1].kind != "name":
        last += 1
    run = words[first : last + 1]
    written = "".join(word.text for word in run)
    whole, _, decimals = written.rpartition(",")
    span = (run[0].start, run[-1].end)
    if re.fullmatch(r"[1-9][0-9]{0,2}(,[0-9]{3}){2,}(\.[0-9]+)?", written):
        if number != first + 1:
            return  # Told about at the first comma.
        message = say("`{written}` has commas between thousands", written=written)
        yield Fault(*span, "comma-decimal", message, say("write {plain}", plain=written.replace(",", "")))
    elif re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", written):
        yield Fault(
            *span,
            "comma-decimal",
            say("`{written}` is a decimal to some and a thousand to others", written=written),
            say(
                "write {decimal} if the comma is a decimal comma, {thousands} if it parts thousands",
                decimal=written.replace(",", "."),
                thousands=written.replace(",", ""),
            ),
        )
    elif re.fullmatch(r"([0-9]+|[0-9]{1,3}(\.[0-9]{3})+),[0-9]+", written):
        plain = f"{whole.replace('.', '')}.{decimals}"
        message = say("`{written}` is written with a decimal comma", written=written)
        yield Fault(*span, "comma-decimal", message, say("write {plain}", plain=plain))
    else:
        yield _stray_comma(words[number])


def _joined(words: Sequence[Word], number: int) -> bool:
    """Return whether a word and the next are a number and a comma that touch."""
    left, right = words[number], words[number + 1]
    return (
        left.end == right.start
        and {left.kind, right.kind} == {"number", "sign"}
        and "," in (left.text, right.text)
    )


def _stray_comma(word: Word) -> Fault:
    return _fault(
        word,
        "stray-comma",
        say("this comma separates nothing"),
        say("commas stand between the arguments of a function; decimals are written with a dot"),
    )


def _date(words: Sequence[Word]) -> Iterator[Fault]:
    """A date without spaces would be computed as a subtraction or division: 2021-12-31 is 1978."""
    written = "".join(word.text for word in words)
    if words[-1].end - words[0].start == len(written) and _DATE.fullmatch(written):
        yield Fault(
            words[0].start,
            words[-1].end,
            "date",
            say("`{written}` would be computed, it is no date in a formula", written=written),
            say(
                "compare with period.start or period.end; to compute, put spaces around `{sign}`",
                sign=words[1].text,
            ),
        )


def _missing(left: Word, right: Word) -> Iterator[Fault]:
    """Two words of which the first wants a value after it, or the second one before it."""
    if left.text == "not" and right.text == "in":
        return
    if left.text in _NEEDS_AFTER and right.text in _NEEDS_BEFORE:
        yield Fault(
            left.start,
            right.end,
            "missing-operand",
            say("something is missing between `{left}` and `{right}`", left=left.text, right=right.text),
        )
    elif left.text in _NEEDS_AFTER and right.text in (")", "]", ","):
        yield _fault(left, "missing-operand", say("something is missing after `{sign}`", sign=left.text))
    elif left.text in ("(", "[", ",") and right.text in _NEEDS_BEFORE - {"*", "**", "if"}:
        yield _fault(right, "missing-operand", say("something is missing before `{sign}`", sign=right.text))


def _side_by_side(left: Word, right: Word) -> bool:
    """Return whether two values stand next to one another with nothing between them."""
    if left.text in _NOT_OURS or right.text in _NOT_OURS:
        return False
    ends = left.kind in ("number", "quoted") or _is_value(left) or left.text in (")", "]")
    begins = right.kind in ("number", "quoted") or _is_value(right)
    return ends and (begins or (right.text == "(" and left.kind in ("number", "quoted")))


def _is_value(word: Word) -> bool:
    """Return whether a word is a name, and none of those that join values, however it is written."""
    return word.kind == "name" and word.text.lower() not in _JOINING


def _two_values(left: Word, right: Word) -> Fault:
    for word in (left, right):
        if word.text.lower() in _OTHER_WORDS:
            return _fault(
                word,
                "two-values",
                say("`{word}` is not a word of formulas", word=word.text),
                _OTHER_WORDS[word.text.lower()],
            )
    if left.kind == right.kind == "name":
        joined = f"{left.text}_{right.text}".lower()
        return Fault(
            left.start,
            right.end,
            "two-values",
            say("`{left} {right}` are two names with nothing between them", left=left.text, right=right.text),
            say("a name has no spaces: `{joined}`; or write an operator between them", joined=joined),
        )
    return Fault(
        left.start,
        right.end,
        "two-values",
        say("nothing stands between `{left}` and `{right}`", left=left.text, right=right.text),
        say("write an operator such as * or + between them"),
    )


# ── the tree ──


def _parsed(text: str, words: Sequence[Word]) -> ast.expr:
    """Return Python's tree of the whole text as one expression, or the fault that it found (F2).

    What Python reads with a warning (`1if a`, a backslash in quotes) the words have refused before.
    Turning warnings into errors here would set them for every thread of the program.
    """
    flat = re.sub(r"[\t\r\n]", " ", text)
    try:
        return _python_tree(f"({flat}\n)")
    except SyntaxError as refused:
        start = min(max((refused.offset or 1) - 2, 0), len(text) - 1)
        end = min(max((refused.end_offset or 0) - 2, start + 1), len(text))
        raise FormulaRefused(_half_choice(words) or _unreadable(text, start, end)) from None
    except (RecursionError, MemoryError, ValueError, OverflowError):
        message = say("the formula can't be read")
        raise FormulaRefused(
            Fault(0, len(text), "unreadable", message, say("divide it into steps"))
        ) from None


_ONE_AT_A_TIME = threading.Lock()
_ATTEMPTS = 50


def _python_tree(text: str) -> ast.expr:
    """Return Python's tree of *text*, also while other threads read formulas.

    Python 3.11 counts the depth of all trees being made in one place: where threads make some at once,
    it may find the count wrong and raise SystemError, though nothing is amiss. Ours wait for each
    other; for one of the program around us, that we can't see, the reading is done again.
    """
    with _ONE_AT_A_TIME:
        for _ in range(_ATTEMPTS):
            try:
                return ast.parse(text, mode="eval").body
            except SystemError:
                continue
        return ast.parse(text, mode="eval").body


def _half_choice(words: Sequence[Word]) -> Fault | None:
    """Return the fault of an `if` without its `else`, an `else` without `if`, or an `if` that comes first."""
    hint = say("write `value if condition else other`")
    open_ifs: list[list[Word]] = [[]]
    previous = ""
    for word in words:
        if word.text == "if":
            if previous in ("", "(", "[", ",", "="):
                return _fault(word, "missing-else", say("a choice begins with its first value"), hint)
            open_ifs[-1].append(word)
        elif word.text == "else":
            if not open_ifs[-1]:
                return _fault(word, "missing-else", say("this `else` belongs to no `if`"), hint)
            open_ifs[-1].pop()
        elif word.text in _OPENING:
            open_ifs.append([])
        elif word.text in (")", "]", ",") and open_ifs[-1]:
            break
        elif word.text in (")", "]"):
            open_ifs.pop()
        previous = word.text
    if not open_ifs[-1]:
        return None
    return _fault(open_ifs[-1][-1], "missing-else", say("a choice needs both sides"), hint)


def _unreadable(text: str, start: int, end: int) -> Fault:
    return Fault(
        start,
        end,
        "unreadable",
        say("the formula can't be read at `{part}`", part=text[start:end].strip() or text[-12:]),
        say("look for a missing operator, value or bracket just before this"),
    )


def _too_big(tree: Tree) -> Iterator[Fault]:
    """Nodes and depth have limits (F5); long sums and long chains of conditions count as one level."""
    waiting: list[tuple[ast.AST, int]] = [(tree.root, 1)]
    count = deepest = 0
    while waiting:
        node, depth = waiting.pop()
        if type(node) in _LOOSE:
            continue
        count += 1
        deepest = max(deepest, depth)
        along: ast.expr | None = None
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.BinOp):
            along = node.left
        elif isinstance(node, ast.IfExp) and isinstance(node.orelse, ast.IfExp):
            along = node.orelse
        waiting.extend(
            (child, depth if child is along else depth + 1) for child in ast.iter_child_nodes(node)
        )
    whole = (0, len(tree.text))
    if count > MAX_NODES:
        yield Fault(
            *whole,
            "formula-too-long",
            say("the formula has {count} parts; {most} are allowed", count=count, most=MAX_NODES),
            say("divide it into steps"),
        )
    if deepest > MAX_DEPTH:
        yield Fault(
            *whole,
            "formula-too-deep",
            say(
                "the formula is nested {count} levels deep; {most} are allowed", count=deepest, most=MAX_DEPTH
            ),
            say("divide it into steps"),
        )


def _forbidden(tree: Tree) -> Iterator[Fault]:
    """Only the nodes of the language are allowed, each only where it means something (F1)."""
    waiting: list[ast.AST] = [tree.root]
    while waiting:
        node = waiting.pop()
        if type(node) in _LOOSE:
            continue
        check = ALLOWED.get(type(node))
        fault = _not_allowed(tree, node) if check is None else check(tree, node)
        if fault is not None:
            yield fault
            continue
        if isinstance(node, ast.Attribute):
            continue
        if isinstance(node, ast.Call):
            waiting.extend([*node.args, *(keyword.value for keyword in node.keywords)])
        elif isinstance(node, ast.Compare):
            waiting.extend(_open_parts(node))
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _open_parts(node: ast.Compare) -> list[ast.expr]:
    """Return the sides of a comparison except the lists to the right, which `_comparison` has checked."""
    return [node.left, *(side for side in node.comparators if not isinstance(side, (ast.List, ast.Tuple)))]


def _at(tree: Tree, node: ast.AST, code: str, message: Message, hint: Message | None = None) -> Fault:
    start, end = tree.span(node) if isinstance(node, ast.expr) else (0, len(tree.text))
    return Fault(start, end, code, message, hint)


def _not_allowed(tree: Tree, node: ast.AST) -> Fault:
    if isinstance(node, (ast.List, ast.Tuple)):
        return _at(tree, node, "not-allowed", say("a list stands only to the right of `in`"))
    return _at(
        tree,
        node,
        "not-allowed",
        say("formulas don't know this way of writing"),
        say("a formula has numbers, names, operators, comparisons, `x if c else y`, and functions"),
    )


def _fine(tree: Tree, node: ast.AST) -> Fault | None:
    return None


def _constant(tree: Tree, node: ast.AST) -> Fault | None:
    assert isinstance(node, ast.Constant)
    if isinstance(node.value, str) or type(node.value) in (int, float):
        too_big = isinstance(node.value, (int, float)) and abs(node.value) > 1e18
        return _at(tree, node, "wrong-number", say("this number is too large")) if too_big else None
    return _not_allowed(tree, node)


def _attribute(tree: Tree, node: ast.AST) -> Fault | None:
    assert isinstance(node, ast.Attribute)
    if isinstance(node.value, ast.Name):
        return None
    return _at(tree, node, "not-allowed", say("a dot stands only between two names: `source.column`"))


def _subscript(tree: Tree, node: ast.AST) -> Fault | None:
    assert isinstance(node, ast.Subscript)
    if isinstance(node.value, ast.Name) and not isinstance(node.slice, (ast.Slice, ast.Tuple, ast.Starred)):
        return None
    return _at(tree, node, "not-allowed", say("[ ] looks a value up in a table: `table[key]`"))


def _call(tree: Tree, node: ast.AST) -> Fault | None:
    assert isinstance(node, ast.Call)
    if not isinstance(node.func, ast.Name):
        return _at(tree, node.func, "not-allowed", say("only a function can be called: `name(...)`"))
    for number, keyword in enumerate(node.keywords):
        if keyword.arg is None:
            return _at(tree, keyword.value, "not-allowed", say("`**` before an argument means nothing here"))
        if keyword.arg != "where":
            return _not_allowed(tree, keyword.value)
        if number:
            return _at(
                tree,
                keyword.value,
                "not-allowed",
                say("`where=` stands here a second time"),
                say("join the conditions with `and`"),
            )
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            return _at(tree, argument, "not-allowed", say("`*` before an argument means nothing here"))
    return None


def _comparison(tree: Tree, node: ast.AST) -> Fault | None:
    assert isinstance(node, ast.Compare)
    belongs = [isinstance(operator, (ast.In, ast.NotIn)) for operator in node.ops]
    if any(isinstance(operator, (ast.Is, ast.IsNot)) for operator in node.ops):
        return _not_allowed(tree, node)
    if any(belongs) and len(belongs) > 1:
        return _at(
            tree,
            node,
            "not-allowed",
            say("`in` can't be chained with other comparisons"),
            say("join them with `and`"),
        )
    for middle in node.comparators[:-1]:
        # It is compared twice: chains inside of chains would be computed 2, 4, 8 ... times.
        inner = next((n for n in ast.walk(middle) if isinstance(n, ast.Compare) and len(n.ops) > 1), None)
        if inner is not None:
            return _at(
                tree,
                inner,
                "not-allowed",
                say("this chained comparison stands inside of another one"),
                say("make it a step, or write single comparisons joined with `and`"),
            )
    for inside, side in zip(belongs, node.comparators, strict=True):
        listed = isinstance(side, (ast.List, ast.Tuple))
        if inside and not listed and not isinstance(side, ast.Name):
            return _at(
                tree, side, "not-allowed", say('`in` needs a set parameter, or a list such as ["a", "b"]')
            )
        if isinstance(side, (ast.List, ast.Tuple)):
            if not inside:
                return _not_allowed(tree, side)
            if not side.elts:
                return _at(
                    tree,
                    side,
                    "not-allowed",
                    say("this list is empty, so nothing is in it"),
                    say('write its categories or numbers, such as ["a", "b"]'),
                )
            for item in side.elts:
                value = (
                    item.operand if isinstance(item, ast.UnaryOp) and isinstance(item.op, ast.USub) else item
                )
                if not isinstance(value, ast.Constant) or _constant(tree, value) is not None:
                    return _at(tree, item, "not-allowed", say("a list holds only categories or numbers"))
    return None


ALLOWED: dict[type[ast.AST], Callable[[Tree, ast.AST], Fault | None]] = {
    ast.Constant: _constant,
    ast.Name: _fine,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.BinOp: lambda tree, node: (
        None if isinstance(getattr(node, "op", None), _OPERATORS) else _not_allowed(tree, node)
    ),
    ast.UnaryOp: lambda tree, node: (
        _not_allowed(tree, node) if isinstance(getattr(node, "op", None), ast.Invert) else None
    ),
    ast.BoolOp: _fine,
    ast.Compare: _comparison,
    ast.IfExp: _fine,
    ast.Call: _call,
}
"""The nodes of the language, each with the check of what it may hold; every other class of ast is refused."""
