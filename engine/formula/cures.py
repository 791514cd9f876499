"""Say how a formula that the grammar refused is mended: changes of its text, safe or to be asked about.

A cure is safe where nobody who writes such a formula can mean anything else. Like mistakes of one formula
are cured together, since the grammar tells about one of a kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.formula.grammar import CURED_SIGNS, CURLY_QUOTES, OTHER_FUNCTIONS, Cure, Fault, Word, words_of
from engine.problems import Message, say

Change = tuple[int, int, str]

_SIGNS = {"===": "==", "=<": "<=", "=>": ">=", "<>": "!=", "&&": "and", "||": "or"}
_DOUBTFUL_SIGNS = {"=": "==", "&": "and", "|": "or", "!": "not", "~": "not"}
_MAYBE_NO_SIGN = frozenset("·–—")
"""Between digits a middle dot may be a decimal point, and a dash stand for a range."""
_SINGLE_CURLY = "‘’‚"
_SAME_IN_SPREADSHEETS = frozenset(
    ["sum", "min", "max", "abs", "round", "sqrt", "exp", "year", "month", "mean", "coalesce"]
)
"""Functions that mean here what they mean in capitals elsewhere; LOG, COUNT, PERCENTILE don't."""
_SAME_BY_ANOTHER_NAME = frozenset(
    ["average", "avg", "rerata", "rata_rata", "rata2", "maks", "bulatkan", "isblank", "ln"]
)
_RENAMED = _SAME_BY_ANOTHER_NAME | {"jumlah", "roundup", "rounddown"}
_JOINING_WORDS = {"dan": "and", "atau": "or"}
_DOUBTFUL_WORDS = {"is": "==", "x": "*", "lainnya": "else"}


@dataclass(frozen=True)
class _Case:
    """A fault among the words of its formula; `at` is the number of the first word that it covers."""

    text: str
    words: Sequence[Word]
    at: int
    fault: Fault

    @property
    def word(self) -> Word:
        return self.words[self.at]

    @property
    def written(self) -> str:
        return self.text[self.fault.start : self.fault.end]

    def is_text(self, number: int, *texts: str) -> bool:
        """Return whether the word of that number exists and is one of *texts*."""
        return 0 <= number < len(self.words) and self.words[number].text in texts

    def instead(self, text: str, *, safe: bool, title: Message | None = None) -> Cure:
        """Return the cure that puts *text* in the place of all that the fault covers."""
        change = (self.fault.start, self.fault.end, text)
        return Cure(title or say("write `{text}`", text=text), (change,), safe)


def cured(text: str, fault: Fault) -> Fault:
    """Return *fault* of the formula *text* with its cures, as far as there are any."""
    find = _CURES.get(fault.code)
    if find is None:
        return fault
    words = words_of(text)
    at = next((number for number, word in enumerate(words) if word.start == fault.start), None)
    return fault if at is None else replace(fault, cures=tuple(find(_Case(text, words, at, fault))))


def renamed(name: str, start: int, end: int) -> tuple[Cure, ...]:
    """Return the cure of a function called *name* elsewhere that has just another name here."""
    lower = name.lower()
    if lower not in _RENAMED:
        return ()
    here = OTHER_FUNCTIONS[lower].partition("(")[0]
    return (
        Cure(say("write `{text}`", text=here), ((start, end, here),), safe=lower in _SAME_BY_ANOTHER_NAME),
    )


def nearby(names: Sequence[str], start: int, end: int) -> tuple[Cure, ...]:
    """Return the cures that put one of *names*, which are near, in the place of what stands there."""
    return tuple(Cure(say("write `{text}`", text=name), ((start, end, name),)) for name in names)


# ── characters ──


def _strange(case: _Case) -> Iterator[Cure]:
    if case.written not in CURED_SIGNS:
        return
    found = [word for word in case.words if word.kind == "strange" and word.text in CURED_SIGNS]
    safe = all(word.text not in _MAYBE_NO_SIGN or _stands_apart(case.text, word) for word in found)
    changes = tuple((word.start, word.end, CURED_SIGNS[word.text]) for word in found)
    signs = " ".join(dict.fromkeys(CURED_SIGNS[word.text] for word in found))
    yield Cure(say("write `{text}`", text=signs), changes, safe)


def _stands_apart(text: str, word: Word) -> bool:
    """Return whether a dash stands between two spaces, as word processors make it of a minus."""
    return word.text == "–" and text[word.start - 1 : word.start] == " " == text[word.end : word.end + 1]


def _curly(case: _Case) -> Iterator[Cure]:
    changes = tuple(
        (at, at + 1, "'" if character in _SINGLE_CURLY else '"')
        for at, character in enumerate(case.text)
        if character in CURLY_QUOTES
    )
    after = _after(case.text, changes)
    if not any(word.kind == "strange" for word in words_of(after)):
        safe = len(changes) == 2 and not set("\"'") & set(case.text)
        yield Cure(say("write straight quotes"), changes, safe)


def _odd_space(case: _Case) -> Iterator[Cure]:
    changes = tuple((w.start, w.end, " ") for w in case.words if w.kind == "strange" and w.text == "\u00a0")
    yield Cure(say("write an ordinary space"), changes, safe=True)


def _bracket(case: _Case) -> Iterator[Cure]:
    hint = case.fault.hint
    sign = dict(hint.values).get("sign") if hint is not None else None
    if sign is None:
        yield Cure(say("remove `{text}`", text=case.written), ((case.fault.start, case.fault.end, ""),))
    elif case.written in ("(", "["):
        end = len(case.text.rstrip())
        yield Cure(say("add `{sign}` at the end", sign=sign), ((end, end, str(sign)),))
    else:
        yield case.instead(str(sign), safe=False)


# ── signs ──


def _power(case: _Case) -> Iterator[Cure]:
    found = [number for number, word in enumerate(case.words) if word.text == "^"]
    alone = len(found) == 1 and not any(word.text == "**" for word in case.words)
    safe = alone and not _negated(case, found[0])
    changes = tuple((case.words[n].start, case.words[n].end, "**") for n in found)
    yield Cure(say("write `{text}`", text="**"), changes, safe)


def _negated(case: _Case, sign: int) -> bool:
    """Return whether the base of a power has a minus before it: ``-2^2`` is 4 in a spreadsheet, -4 here."""
    depth, at = 0, sign - 1
    while at >= 0:
        depth += (case.words[at].text in (")", "]")) - (case.words[at].text in ("(", "["))
        called = case.is_text(at, "(", "[") and at > 0 and case.words[at - 1].kind == "name"
        if depth == 0 and not called:
            break
        at -= 1
    if not case.is_text(at - 1, "-"):
        return False
    before = case.words[at - 2] if at >= 2 else None
    return before is None or not (before.kind in ("number", "name", "quoted") or before.text in (")", "]"))


def _semicolon(case: _Case) -> Iterator[Cure]:
    """Where `;` parts arguments, a comma is a decimal comma."""
    found = [word for word in case.words if word.text == ";"]
    commas = [number for number, word in enumerate(case.words) if word.text == ","]
    changes = [(word.start, word.end, ",") for word in found]
    changes += [(case.words[n].start, case.words[n].end, ".") for n in commas if _between_digits(case, n)]
    yield Cure(say("write `{text}`", text=","), tuple(sorted(changes)), safe=not commas)


def _between_digits(case: _Case, number: int) -> bool:
    if not 0 < number < len(case.words) - 1:
        return False
    left, comma, right = case.words[number - 1 : number + 2]
    return left.kind == right.kind == "number" and left.end == comma.start and comma.end == right.start


def _other_sign(case: _Case) -> Iterator[Cure]:
    sign = case.written
    right = _SIGNS.get(sign) or _DOUBTFUL_SIGNS.get(sign)
    if right is None:
        return
    safe = sign in _SIGNS or (sign == "=" and _compares(case))
    found = [n for n, word in enumerate(case.words) if word.text == sign and not case.is_text(n - 1, "where")]
    changes = tuple(_with_spaces(case.text, case.words[n], right) for n in found)
    yield Cure(say("write `{text}`", text=right), changes, safe)


def _compares(case: _Case) -> bool:
    """Return whether a `=` can only compare: within brackets or a choice, not as in ``total = a + b``."""
    before = case.words[: case.at]
    return any(word.text in ("(", "[", "if", "and", "or", "not") for word in before)


def _with_spaces(text: str, word: Word, right: str) -> Change:
    if not right.isalpha():
        return word.start, word.end, right
    before = "" if text[word.start - 1 : word.start] in ("", " ", "(", "[") else " "
    after = "" if text[word.end : word.end + 1] == " " else " "
    return word.start, word.end, f"{before}{right}{after}"


def _leading_equals(case: _Case) -> Iterator[Cure]:
    yield Cure(say("remove `{text}`", text="="), ((0, case.fault.end, ""),), safe=True)


def _percent(case: _Case) -> Iterator[Cure]:
    """``85%`` is 0.85, but stands beside numbers from 0 to 100 as often for 85."""
    number = case.words[case.at - 1] if case.at else None
    if number is None or number.kind != "number" or not re.fullmatch(r"\d+(\.\d+)?", number.text):
        return
    span = (number.start, case.fault.end)
    for text in (_hundredth(number.text), number.text):
        yield Cure(say("write `{text}`", text=text), ((*span, text),))


def _hundredth(number: str) -> str:
    """Return the decimal number a hundredth of *number*, digit by digit."""
    whole, _, decimals = number.partition(".")
    digits = whole.rjust(3, "0")
    moved = f"{digits[:-2].lstrip('0') or '0'}.{digits[-2:]}{decimals}"
    return moved.rstrip("0").rstrip(".")


# ── numbers ──


def _number(case: _Case) -> Iterator[Cure]:
    text = case.written
    if re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", text):
        yield case.instead(text.replace(",", "."), safe=False)
        yield case.instead(text.replace(",", ""), safe=False)
    elif re.fullmatch(r"[1-9][0-9]{0,2}(,[0-9]{3}){2,}(\.[0-9]+)?", text):
        yield case.instead(text.replace(",", ""), safe=True)
    elif re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3}){2,}", text):
        yield case.instead(text.replace(".", ""), safe=True)
    elif re.fullmatch(r"[0-9.]+,[0-9]+", text):
        yield case.instead(_plain(text.replace(".", "").replace(",", ".")), safe=True)
    elif re.fullmatch(r"[0-9]*\.?[0-9]*", text) and text != ".":
        yield case.instead(_plain(text), safe=True)


def _plain(text: str) -> str:
    """Return a number without zeros before it, with a digit before its point and one behind."""
    whole, _, decimals = text.partition(".")
    return f"{whole.lstrip('0') or '0'}{'.' if decimals else ''}{decimals}"


# ── names ──


def _upper_case(case: _Case) -> Iterator[Cure]:
    word = case.word
    lower = {"benar": "true", "salah": "false"}.get(word.text.lower(), word.text.lower())
    called = case.is_text(case.at + 1, "(")
    if lower in ("none", "null", "nan") or (called and lower in ("and", "or", "not")):
        return
    joining = lower in ("and", "or", "not", "if", "else", "in", "true", "false")
    yield case.instead(lower, safe=joining or (called and lower in _SAME_IN_SPREADSHEETS))


def _unknown_function(case: _Case) -> Iterator[Cure]:
    yield from renamed(case.word.text, case.fault.start, case.fault.end)


def _two_values(case: _Case) -> Iterator[Cure]:
    word = case.word.text.lower()
    if case.fault.end == case.word.end:
        right = _JOINING_WORDS.get(word) or _DOUBTFUL_WORDS.get(word)
        if right is not None:
            found = [other for other in case.words if other.text.lower() == word]
            changes = tuple((other.start, other.end, right) for other in found)
            yield Cure(say("write `{text}`", text=right), changes, safe=word in _JOINING_WORDS)
    elif case.word.kind == case.words[case.at + 1].kind == "name":
        yield case.instead("_".join(case.written.lower().split()), safe=False)


def _stray_comma(case: _Case) -> Iterator[Cure]:
    yield Cure(say("remove `{text}`", text=","), ((case.fault.start, case.fault.end, ""),))


def _after(text: str, changes: Sequence[Change]) -> str:
    for start, end, new in reversed(changes):
        text = text[:start] + new + text[end:]
    return text


_CURES: dict[str, Callable[[_Case], Iterator[Cure]]] = {
    "strange-character": _strange,
    "curly-quotes": _curly,
    "odd-space": _odd_space,
    "bracket": _bracket,
    "power": _power,
    "semicolon": _semicolon,
    "single-equals": _other_sign,
    "not-equal": _other_sign,
    "and-or": _other_sign,
    "leading-equals": _leading_equals,
    "percent-sign": _percent,
    "comma-decimal": _number,
    "thousands-dot": _number,
    "leading-zero": _number,
    "wrong-number": _number,
    "upper-case": _upper_case,
    "unknown-function": _unknown_function,
    "two-values": _two_values,
    "stray-comma": _stray_comma,
}
