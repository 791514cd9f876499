"""How a language names, links and writes things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from urllib.parse import urlsplit

from engine.definition import Basis, Catalogue, Label, Number, Range
from engine.language import Language
from engine.problems import quoted
from engine.report.problems_text import visible
from engine.report.wording import Wording
from engine.site.addresses import address, objective
from engine.site.nouns import Cited, Figure, Link, Phrase, Row
from engine.site.words import WORDS
from engine.values import Result, reached
from engine.versions import Period


@dataclass(frozen=True)
class Guide:
    """The catalogue as the pages of one language show it."""

    catalogue: Catalogue
    language: Language

    @cached_property
    def wording(self) -> Wording:
        """How the language writes values."""
        return Wording(self.language)

    def say(self, word: str, /, **values: object) -> str:
        """Return words of the pages with their gaps filled."""
        told = WORDS[word][0 if self.language == "id" else 1]
        return told.format_map({name: str(value) for name, value in values.items()}) if values else told

    # ── texts of the catalogue ──

    def label(self, label: Label) -> Phrase:
        """Return a text of the catalogue on one line, marked with its language where it lacks this one."""
        texts = {"id": label.id, "en": label.en}
        text = texts[self.language]
        if text:
            return Phrase(one_line(text))
        main = self.catalogue.organization.language
        lang = next((one for one, written in texts.items() if written == label.default), main)
        return Phrase(one_line(label.default), None if lang == self.language else lang)

    def told(self, text: str) -> Phrase:
        """Return a text that has one language, the organization's."""
        main = self.catalogue.organization.language
        return Phrase(one_line(text), None if main == self.language else main)

    def note(self, label: Label | None) -> Phrase | None:
        """Return a text that may be absent."""
        return None if label is None else self.label(label)

    # ── links ──

    def indicator(self, name: str) -> Link:
        """Return the link to an indicator."""
        title = self._apart(name, self.catalogue.indicators[name].title, self._alike_indicators)
        return Link(title, address("indicator", name))

    def division(self, name: str) -> Link:
        """Return the link to a division."""
        found = self.catalogue.organization.divisions.get(name)
        return (
            Link(one_line(name))
            if found is None
            else Link(self.label(found.title), address("division", name))
        )

    def source(self, name: str) -> Link:
        """Return the link to a source."""
        title = self._apart(name, self.catalogue.sources[name].title, self._alike_sources)
        return Link(title, address("source", name))

    def regulation(self, name: str) -> Link:
        """Return the link to a regulation, by its citation."""
        found = self.catalogue.regulations.get(name)
        if found is None:
            return Link(one_line(name))
        return Link(self.told(found.citation), address("regulation", name))

    def objective(self, name: str) -> Link:
        """Return the link to an objective."""
        found = self.catalogue.organization.objectives.get(name)
        return Link(one_line(name)) if found is None else Link(self.label(found.title), objective(name))

    def cited(self, basis: Basis | None) -> Cited | None:
        """Return a legal basis as a link with its place; None where no act is named."""
        if basis is None or basis.regulation is None:
            return None
        locator = None if basis.locator is None else one_line(basis.locator)
        return Cited(self.regulation(basis.regulation.id), locator)

    @cached_property
    def _alike_indicators(self) -> frozenset[str]:
        return _twice(self.label(each.title).text for each in self.catalogue.indicators.values())

    @cached_property
    def _alike_sources(self) -> frozenset[str]:
        return _twice(self.label(each.title).text for each in self.catalogue.sources.values())

    def _apart(self, name: str, title: Label, alike: frozenset[str]) -> Phrase:
        """Return a title, with its id where several things are called so."""
        phrase = self.label(title)
        return replace(phrase, text=f"{phrase.text} ({name})") if phrase.text in alike else phrase

    # ── numbers and days ──

    def number(self, value: Number | None, decimals: int | None = None) -> str | None:
        """Return a number with its declared decimals, None for none."""
        if value is None:
            return None
        if decimals is None:
            return self.wording.number(value)
        return self.wording.figure(value, "#,##0." + "0" * decimals if decimals > 0 else "#,##0")

    def range(self, found: Range) -> str:
        """Return ``0 sampai 100``."""
        return self.say("span", low=self.wording.number(found.low), high=self.wording.number(found.high))

    def day(self, day: date) -> str:
        """Return a day in words."""
        return self.wording.day(day)

    def known_day(self, text: str) -> str:
        """Return a day in words, or a month or a year as precise as it is known."""
        if len(text) == len("2018-08-15"):
            return self.wording.day(date.fromisoformat(text))
        period = Period.read(text)
        return text if period is None else period.title(self.language)

    def period(self, text: str) -> str:
        """Return a period in words."""
        found = Period.read(text)
        return text if found is None else found.title(self.language)

    # ── figures ──

    def figure(self, result: Result) -> Figure:
        """Return a result as people read it."""
        achieved, indicator = result.achievement, self.catalogue.indicators[result.indicator]
        decimals = self.catalogue.organization.achievement.changed_by(indicator.achievement).decimals
        ends: tuple[Number, ...] = ()
        if result.target is not None:
            goal = result.target.value
            ends = goal if isinstance(goal, tuple) else (goal,)
        reasons = [result.reason] if result.value is None else [
            result.category_reason, result.achievement_reason
        ]  # fmt: skip
        rule = None
        if result.basis is not None:
            rule = self._rule(result)
        return Figure(
            period=self.period(result.period),
            value=self.number(result.value, result.decimals),
            unit=None if result.unit is None else quoted(result.unit),
            category=None if result.category is None else quoted(result.category),
            target="–".join(self.wording.number(end) for end in ends) or None,
            achievement=None
            if achieved is None
            else self.number(achieved.value, 2 if decimals is None else decimals),
            word=None if achieved is None or achieved.category is None else quoted(achieved.category),
            reached=reached(result, indicator.better),
            reason=" ".join(reason.text(self.language) for reason in reasons if reason is not None) or None,
            notes=tuple(note.text(self.language) for note in result.notes),
            rule=rule,
        )

    def _rule(self, result: Result) -> Cited | None:
        for version in self.catalogue.indicators[result.indicator].versions:
            if version.from_ == result.version_from:
                return self.cited(version.basis)
        return None

    def row(self, name: str, result: Result | None) -> Row:
        """Return an indicator with its figure, for a list."""
        found = self.catalogue.indicators[name]
        return Row(
            name,
            self.indicator(name),
            self.division(found.division.id),
            None if result is None else self.figure(result),
        )


def _twice(titles: Iterable[str]) -> frozenset[str]:
    return frozenset(title for title, count in Counter(titles).items() if count > 1)


def one_line(text: str) -> str:
    """Return *text* on one line, with what can't be seen written as escapes."""
    return visible(" ".join(text.split()))


def web_address(text: str | None) -> str | None:
    """Return an address that may be linked: http or https, and nothing else."""
    if text is None:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.hostname else None
