"""Checks as JUnit XML, which GitLab, Jenkins and others list as tests.

Each problem that fails the check is a failed test of its file, each file without one a passed test; a
worked example is a test of its indicator. The names stay while lines move, in every language.
(Standard library: a writer from a package would add nothing to these few elements.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as Xml

from engine.examples import ExampleOutcome
from engine.problems import Problem
from engine.report.examples_text import differences
from engine.report.fingerprint import identities
from engine.report.problems_text import left_out, problems_text, seen_from_here, visible


def problems_junit(
    problems: Sequence[Problem],
    failing: Iterable[Problem],
    files: Sequence[str],
    omitted: int = 0,
    language: str = "en",
) -> str:
    """Return the check of *files* as tests: those of *problems* that are *failing* failed.

    *omitted* more problems were found and left out.
    """
    names = dict(zip(map(id, problems), identities(problems), strict=True))
    fails = set(map(id, failing))
    by_path: dict[str, list[Problem]] = {seen_from_here(path): [] for path in files}
    for problem in problems:
        path = "definitions" if problem.place is None else seen_from_here(problem.place.path)
        by_path.setdefault(path, []).append(problem)
    root = Xml.Element("testsuites", name="iku validate")
    for path, found in sorted(by_path.items()):
        suite = Xml.SubElement(root, "testsuite", name=visible(path))
        failed = [problem for problem in found if id(problem) in fails]
        for problem in failed:
            case = _case(suite, path, path, names[id(problem)].replace(f" {path}", "", 1))
            _fail(case, problem.code, problem.message.text(language), _drawn([problem], language))
        if not failed:
            _case(suite, path, path, "no problems")
        told = [problem for problem in found if id(problem) not in fails]
        if told:
            Xml.SubElement(suite, "system-out").text = _clean(_drawn(told, language))
    if omitted:
        suite = Xml.SubElement(root, "testsuite", name="left out")
        _fail(_case(suite, "iku", "", "more problems"), "more", left_out(omitted).text(language), "")
    return _written(root)


def examples_junit(outcomes: Sequence[ExampleOutcome], language: str = "en") -> str:
    """Return worked examples as tests; one that is not as expected failed."""
    root = Xml.Element("testsuites", name="iku test")
    suites: dict[str, Xml.Element] = {}
    for outcome in outcomes:
        found = differences([outcome])
        if outcome.indicator not in suites:
            suites[outcome.indicator] = Xml.SubElement(root, "testsuite", name=outcome.indicator)
        example = outcome.example
        name = f"{example.title} ({example.period})"
        case = _case(suites[outcome.indicator], outcome.indicator, seen_from_here(example.place.path), name)
        if found:
            _fail(case, "example", found[0].message.text(language), _drawn(found, language))
    return _written(root)


def _drawn(problems: Sequence[Problem], language: str) -> str:
    return problems_text(problems, language=language)


def _case(suite: Xml.Element, classname: str, path: str, name: str) -> Xml.Element:
    given = {"classname": visible(classname), "name": visible(name), "file": visible(path)}
    return Xml.SubElement(suite, "testcase", given)


def _fail(case: Xml.Element, kind: str, message: str, text: str) -> None:
    """Add a failure to a test; a reader shows one, so all that is wrong stands in its text."""
    Xml.SubElement(case, "failure", type=kind, message=_clean(message)).text = _clean(text)


def _clean(text: str) -> str:
    """Return *text* without characters that XML can't hold; line breaks stay."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _written(root: Xml.Element) -> str:
    for suite in root:
        cases = suite.findall("testcase")
        suite.set("tests", str(len(cases)))
        suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    for total in ("tests", "failures"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    Xml.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{Xml.tostring(root, encoding="unicode")}\n'
