"""Parameters, steps and versions of an indicator, with what put each there and what each version changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from engine.definition import (
    NO_REMARKS,
    Amended,
    Bands,
    Indicator,
    Parameter,
    Range,
    Removed,
    Single,
    Step,
    Table,
    Threshold,
    Version,
)
from engine.report.wording import Wording
from engine.site import nouns
from engine.site.guide import Guide, one_line
from engine.versions import Rule

_HEAD = ("unit", "range", "decimals", "rounding")


class Entries:
    """The entries of one indicator in one language."""

    def __init__(self, guide: Guide, indicator: Indicator) -> None:
        self.guide, self.indicator = guide, indicator
        self.wording: Wording = guide.wording

    # ── the rule that is shown ──

    def parameter(self, rule: Rule, parameter: Parameter) -> nouns.Entry:
        """Return a parameter with its rows and its origin."""
        content = parameter.content
        single = isinstance(content, Single)
        facts = [] if parameter.unit is None or single else [one_line(parameter.unit)]
        if parameter.limit_unit is not None:
            facts.append(self.guide.say("limits", unit=one_line(parameter.limit_unit)))
        if isinstance(content, Table) and content.total is not None:
            facts.append(self.guide.say("total", total=self.wording.number(content.total)))
        entry = nouns.Entry(
            anchor=f"parameter-{parameter.id}",
            name=parameter.id,
            title=self.guide.note(parameter.remarks.title),
            facts=facts,
            value=None
            if isinstance(content, (Table, Bands))
            else self.wording.one_line(content, parameter.unit),
            rows=self.wording.entries(content) if isinstance(content, (Table, Bands)) else (),
            note=self.guide.note(parameter.remarks.note),
        )
        return self._with_origin(entry, rule, f"parameters.{parameter.id}", parameter)

    def step(self, rule: Rule, step: Step, drawn: nouns.Drawn | None) -> nouns.Entry:
        """Return a step, or the result, with its formula and its origin."""
        result = step is rule.result
        facts: list[str] = []
        if step.each is not None:
            facts.append(self.guide.say("each", source=self.guide.source(step.each.id).text))
        if not result:
            facts += [one_line(step.unit)] if step.unit is not None else []
            facts += [self.guide.say("range of", **self._ends(step.range))] if step.range is not None else []
        if step.decimals is not None:
            facts.append(self.rounded(step.decimals, step.rounding))
        entry = nouns.Entry(
            anchor="result" if result else f"step-{step.id}",
            name=None if result else step.id,
            title=self.guide.note(step.remarks.title),
            facts=facts,
            formula=" ".join(step.formula.text.split()),
            drawn=drawn,
            note=self.guide.note(step.remarks.note),
        )
        return self._with_origin(entry, rule, "result" if result else f"steps.{step.id}", step)

    def categories(self, rule: Rule) -> nouns.Entry | None:
        """Return the categories with their limits."""
        if not rule.categories:
            return None
        entry = replace(self.thresholds(rule.categories), anchor="categories")
        origin = rule.origins.get("categories")
        if origin is None:
            return entry
        return replace(
            entry,
            since=self.guide.day(origin.from_),
            cited=self.guide.cited(origin.basis),
            inferred=origin.remarks.certainty == "inferred",
        )

    def achievement(self) -> nouns.Entry | None:
        """Return how realisation and target become an achievement; None without targets."""
        if not self.indicator.targets:
            return None
        organization = self.guide.catalogue.organization.achievement
        rule = organization.changed_by(self.indicator.achievement)
        own = None if self.indicator.achievement is None else self.indicator.achievement.remarks
        remarks = organization.remarks if own in (None, NO_REMARKS) else own or NO_REMARKS
        formula = {"higher": "plain", "closer": "distance", "lower": rule.lower or "mirror"}
        told = [self.guide.say(formula[self.indicator.better])]
        told += [self.guide.say("cap", cap=self.wording.number(rule.cap))] if rule.cap is not None else []
        told += (
            [self.guide.say("floor", floor=self.wording.number(rule.floor))] if rule.floor is not None else []
        )
        return replace(
            self.thresholds(rule.scale or ()),
            anchor="achievement",
            value="; ".join(told),
            cited=self.guide.cited(remarks.basis),
            inferred=remarks.certainty == "inferred",
            note=self.guide.note(remarks.note),
        )

    def thresholds(self, rows: Sequence[Threshold]) -> nouns.Entry:
        """Return rows of categories; their notes go together."""
        notes = [f"{row.label}: {self.guide.label(row.note)}" for row in rows if row.note is not None]
        lang = next((self.guide.label(row.note).lang for row in rows if row.note is not None), None)
        return nouns.Entry(
            anchor="",
            name=None,
            title=None,
            rows=[(self.wording.limit(row), self.wording.outcome(row)) for row in rows],
            note=nouns.Phrase(" ".join(notes), lang) if notes else None,
        )

    def _with_origin(self, entry: nouns.Entry, rule: Rule, key: str, item: Parameter | Step) -> nouns.Entry:
        origin = rule.origins.get(key)
        return replace(
            entry,
            since=None if origin is None else self.guide.day(origin.from_),
            cited=self.guide.cited(rule.basis_of(key)),
            inferred="inferred"
            in (item.remarks.certainty, None if origin is None else origin.remarks.certainty),
        )

    def rounded(self, decimals: int, how: str) -> str:
        """Return ``2 desimal, dibulatkan setengah ke atas``."""
        return self.guide.say("rounded", decimals=decimals, how=self.guide.say(how))

    def _ends(self, found: Range) -> dict[str, str]:
        return {"low": self.wording.number(found.low), "high": self.wording.number(found.high)}

    # ── versions ──

    def versions(self, current: Version | None) -> Iterator[nouns.Version]:
        """Yield the versions, the newest first, each with what it changed of the one before."""
        found: list[nouns.Version] = []
        state: dict[str, object] = {}
        for number, version in enumerate(self.indicator.versions):
            changes = list(self._changes(version, state)) if number else []
            self._work_in(version, state)
            found.append(
                nouns.Version(
                    anchor=version_anchor(version),
                    since=self.guide.day(version.from_),
                    until=None if version.until is None else self.guide.day(version.until),
                    current=version is current,
                    title=self.guide.note(version.remarks.title),
                    cited=self.guide.cited(version.basis),
                    inferred=version.remarks.certainty == "inferred",
                    starts=version.replaces and number > 0,
                    successor=None
                    if version.succeeded_by is None
                    else self.guide.regulation(version.succeeded_by.id),
                    note=self.guide.note(version.remarks.note),
                    changes=changes,
                )
            )
        yield from reversed(found)

    def _amendments(self, version: Version) -> Iterator[tuple[str, object]]:
        """Yield what a version says of each entry, ``parameters.x`` and the like."""
        for kind, entries in (("parameters", version.parameters), ("steps", version.steps)):
            yield from ((f"{kind}.{name}", entry) for name, entry in entries.items())
        for key in ("result", "categories", *_HEAD):
            amended = getattr(version, key)
            if amended is not None:
                yield key, amended.value if isinstance(amended, Amended) else amended

    def _work_in(self, version: Version, state: dict[str, object]) -> None:
        if version.replaces:
            state.clear()
        for key, entry in self._amendments(version):
            if isinstance(entry, Removed):
                state.pop(key, None)
            else:
                state[key] = entry

    def _changes(self, version: Version, state: Mapping[str, object]) -> Iterator[nouns.Change]:
        said = dict(self._amendments(version))
        for key, entry in said.items():
            before = state.get(key, getattr(self.indicator, key, None) if key in _HEAD else None)
            after = None if isinstance(entry, Removed) else entry
            if before is None and after is None:
                continue
            how: Literal["added", "changed", "removed"] = (
                "removed" if after is None else "added" if before is None else "changed"
            )
            yield self._change(how, key, before, after)
        if version.replaces:
            for key, entry in state.items():
                if key not in said:
                    yield self._change("dropped", key, entry, None)

    def _change(
        self,
        how: Literal["added", "changed", "removed", "dropped"],
        key: str,
        before: object,
        after: object,
    ) -> nouns.Change:
        kind, _, name = key.partition(".")
        what = {"parameters": "parameter", "steps": "step", "result": "result", "categories": "categories"}
        item = after if after is not None else before
        title = item.remarks.title if isinstance(item, (Parameter, Step)) else None
        old, new = self._shown(before), self._shown(after)
        if how == "changed" and kind in ("parameters", "categories"):
            old, new = _without_equal(old, new)
        return nouns.Change(
            how=how,
            what=self.guide.say(what.get(kind, f"key {kind}")),
            name=name or None,
            title=self.guide.note(title),
            before=old if how == "changed" else (),
            after=new if how != "dropped" else (),
            code=isinstance(item, Step),
        )

    def _shown(self, item: object) -> list[str]:
        """Return an entry as lines."""
        match item:
            case None:
                return []
            case Step():
                return [" ".join(item.formula.text.split())]
            case Parameter(content=Single() as content):
                return [self.wording.one_line(content, item.unit)]
            case Parameter(content=content):
                return [f"{key}: {value}" if key else value for key, value in self.wording.entries(content)]
            case Range():
                return [self.guide.range(item)]
            case tuple():
                return [f"{self.wording.limit(row)}: {self.wording.outcome(row)}" for row in item]
            case str():
                return [self.guide.say(item) if item in ("half_up", "half_even", "down") else one_line(item)]
            case _:
                return [str(item)]


def _without_equal(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Return the rows that differ; all of them where only their order does."""
    differing = [row for row in old if row not in new], [row for row in new if row not in old]
    return differing if any(differing) else (old, new)


def version_anchor(version: Version) -> str:
    """Return where a version stands on its indicator's page."""
    return f"version-{version.from_.isoformat()}"
