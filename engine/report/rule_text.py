"""A definition as an analyst would print it: in force on a day, or with the history of every entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from engine.definition import (
    Basis,
    Catalogue,
    Indicator,
    Number,
    Parameter,
    Removed,
    Single,
    Step,
    Table,
    Threshold,
    Version,
)
from engine.problems import InvalidRequest, error, nearest, say
from engine.report.wording import WIDTH, Wording
from engine.versions import NotInForce, Rule, in_force_on, rules

_WORDS: Mapping[str, tuple[str, str]] = {  # Indonesian, English
    "objective": ("Sasaran", "Objective"),
    "division": ("Penanggung jawab", "Answers for it"),
    "contributors": ("Pendukung", "Contributors"),
    "sources": ("Sumber data", "Data sources"),
    "measured": ("Pengukuran", "Measurement"),
    "wording": ("Bunyi dokumen", "The decree's words"),
    "unit": ("satuan {unit}", "unit {unit}"),
    "limits": ("batas dalam {unit}", "limits in {unit}"),
    "total": ("jumlah {total}", "total {total}"),
    "range": ("rentang {low} sampai {high}", "range {low} to {high}"),
    "decimals": ("{decimals} desimal, dibulatkan {how}", "decimals: {decimals}, rounded {how}"),
    "half_up": ("setengah ke atas", "half up"),
    "half_even": ("setengah ke genap", "half to even"),
    "down": ("ke bawah", "down"),
    "higher": ("semakin tinggi semakin baik", "higher is better"),
    "lower": ("semakin rendah semakin baik", "lower is better"),
    "closer": ("semakin dekat target semakin baik", "closer to the target is better"),
    "yearly": ("tahunan", "yearly"),
    "semester": ("tiap semester", "each semester"),
    "quarterly": ("tiap triwulan", "quarterly"),
    "monthly": ("tiap bulan", "monthly"),
    "year last": ("angka tahun: angka terakhir", "the year's figure: the last one"),
    "year mean": ("angka tahun: rata-rata", "the year's figure: the mean"),
    "year sum": ("angka tahun: jumlah", "the year's figure: the sum"),
    "in force": ("Berlaku sejak {day}", "In force from {day}"),
    "until": ("s.d. {day}", "to {day}"),
    "replaced by": ("digantikan {regulation}", "replaced by {regulation}"),
    "not in force": ("Tidak ada aturan yang berlaku: {reason}", "No rule in force: {reason}"),
    "made by": ("Disusun dari", "Made from"),
    "since": ("sejak {day}", "since {day}"),
    "head": ("kepala definisi", "the head of the definition"),
    "inferred": ("disimpulkan", "inferred"),
    "note": ("Catatan", "Note"),
    "parameters": ("Parameter", "Parameters"),
    "steps": ("Langkah", "Steps"),
    "result": ("Hasil", "Result"),
    "categories": ("Kategori", "Categories"),
    "targets": ("Target", "Targets"),
    "achievement": ("Capaian", "Achievement"),
    "mirror": ("(2 × target - realisasi) / target × 100", "(2 × target - realisation) / target × 100"),
    "inverse": ("target / realisasi × 100", "target / realisation × 100"),
    "plain": ("realisasi / target × 100", "realisation / target × 100"),
    "distance": (
        "(1 - |realisasi - target| / |target|) × 100",
        "(1 - |realisation - target| / |target|) × 100",
    ),
    "cap": ("paling tinggi {cap}%", "at most {cap}%"),
    "floor": ("paling rendah {floor}%", "at least {floor}%"),
    "each": ("tiap baris {source}", "each row of {source}"),
    "span": ("{low} sampai {high}", "{low} to {high}"),
    "history": ("Riwayat", "History"),
    "starts": ("mulai dari awal", "starts from nothing"),
    "added": ("ditambahkan", "added"),
    "changed": ("diubah", "changed"),
    "removed": ("dihapus", "removed"),
    "dropped": ("berakhir bersama aturan lama", "ended with the rule before"),
    "keys": ("Ketentuan lain", "Other entries"),
    "key unit": ("satuan", "unit"),
    "key range": ("rentang", "range"),
    "key decimals": ("desimal", "decimals"),
    "key rounding": ("pembulatan", "rounding"),
}


def rule_text(
    catalogue: Catalogue, indicator: str, at: date | None = None, language: str = "id", width: int = WIDTH
) -> str:
    """Return the consolidated definition in force on day *at*, or the newest one without a day.

    Every entry names the version and the article that put it there. Where no rule is in force, the text
    says why. Raises InvalidRequest for an unknown indicator.
    """
    found = _indicator(catalogue, indicator)
    lines = _Printed(catalogue, found, Wording(language, width))
    written = rules(found)
    rule = (
        in_force_on(found, at) if at is not None else written[-1] if written else in_force_on(found, date.max)
    )
    return "\n".join(lines.definition(rule)) + "\n"


def history_text(catalogue: Catalogue, indicator: str, language: str = "id", width: int = WIDTH) -> str:
    """Return for every entry which version added, changed or removed it, with dates and regulations.

    Raises InvalidRequest for an unknown indicator.
    """
    found = _indicator(catalogue, indicator)
    return "\n".join(_Printed(catalogue, found, Wording(language, width)).history()) + "\n"


def _indicator(catalogue: Catalogue, name: str) -> Indicator:
    found = catalogue.indicators.get(name)
    if found is None:
        raise InvalidRequest(
            error("unknown-name", None, say("there is no indicator `{name}`", name=name),
                  nearest(name, catalogue.indicators))
        )  # fmt: skip
    return found


class _Printed:
    def __init__(self, catalogue: Catalogue, indicator: Indicator, wording: Wording) -> None:
        self.catalogue, self.indicator, self.wording = catalogue, indicator, wording
        self.index = 0 if wording.language == "id" else 1

    def say(self, word: str, /, **values: object) -> str:
        return _WORDS[word][self.index].format_map({name: str(value) for name, value in values.items()})

    # ── the definition in force ──

    def definition(self, rule: Rule | NotInForce) -> Iterator[str]:
        yield from self.head()
        if isinstance(rule, NotInForce):
            yield ""
            yield from self.wording.wrapped(
                self.say("not in force", reason=rule.reason.text(self.wording.language)), 0
            )
            return
        yield from self.validity(rule)
        yield from self.parameters(rule)
        yield from self.steps(rule)
        yield from self.result(rule)
        yield from self.categories(rule)
        yield from self.targets()
        yield from self.achievement()

    def head(self) -> Iterator[str]:
        """Yield what the indicator says of itself in every version."""
        indicator, organization = self.indicator, self.catalogue.organization
        yield from self.wording.wrapped(self.wording.called(indicator.id, indicator.title), 0)
        objective = organization.objectives.get(indicator.objective.id)
        division = organization.divisions.get(indicator.division.id)
        facts = [
            ("objective", None if objective is None else self.wording.label(objective.title)),
            ("division", None if division is None else self.wording.label(division.title)),
            ("contributors", ", ".join(name.id for name in indicator.contributors)),
            ("sources", ", ".join(self.source(name.id) for name in indicator.sources)),
            ("measured", "; ".join(self.measured())),
            ("wording", None if indicator.wording is None else " ".join(indicator.wording.split())),
            ("note", None if indicator.remarks.note is None else self.wording.label(indicator.remarks.note)),
        ]
        for word, fact in facts:
            if fact:
                yield from self.wording.wrapped(f"{self.say(word)}: {fact}", 2)

    def source(self, name: str) -> str:
        source = self.catalogue.sources.get(name)
        return self.wording.called(name, None if source is None else source.title)

    def measured(self) -> Iterator[str]:
        indicator = self.indicator
        yield self.say(indicator.frequency)
        if indicator.over_the_year is not None and indicator.frequency != "yearly":
            yield self.say(f"year {indicator.over_the_year}")
        yield self.say(indicator.better)

    def validity(self, rule: Rule) -> Iterator[str]:
        """Yield from when to when the rule counts, and the versions that it is made from."""
        version = rule.version
        told = self.say("in force", day=self.wording.day(version.from_))
        if version.until is not None:
            told += f" {self.say('until', day=self.wording.day(version.until))}"
        if version.succeeded_by is not None:
            told += f"; {self.say('replaced by', regulation=self.cited(version.succeeded_by.id))}"
        yield ""
        yield from self.wording.wrapped(told, 0)
        facts = [self.say("unit", unit=rule.unit)] if rule.unit is not None else []
        if rule.range is not None:
            facts.append(self.span(rule.range.low, rule.range.high))
        if rule.decimals is not None:
            facts.append(self.say("decimals", decimals=rule.decimals, how=self.say(rule.rounding)))
        if facts:
            yield from self.wording.wrapped("; ".join(facts), 2)
        yield f"  {self.say('made by')}:"
        for part in rule.chain:
            yield from self.version(part, 4)

    def version(self, version: Version, indent: int) -> Iterator[str]:
        """Yield a version: its first day, its title, its regulation, its note."""
        title = "" if version.remarks.title is None else f" ({self.wording.label(version.remarks.title)})"
        told = [f"{self.wording.day(version.from_)}: {self.basis(version.basis)}{title}"]
        told += [self.say("starts")] if version.replaces else []
        told += [self.say("inferred")] if version.remarks.certainty == "inferred" else []
        yield from self.wording.wrapped(", ".join(told), indent)
        if version.remarks.note is not None:
            yield from self.wording.wrapped(
                f"{self.say('note')}: {self.wording.label(version.remarks.note)}", indent + 2
            )

    def parameters(self, rule: Rule) -> Iterator[str]:
        if rule.parameters:
            yield from self.heading("parameters")
        for number, parameter in enumerate(rule.parameters.values()):
            yield from [""] if number else []
            single = isinstance(parameter.content, Single)
            called = self.wording.called(parameter.id, parameter.remarks.title)
            if single:
                called += f": {self.wording.one_line(parameter.content, parameter.unit)}"
            yield from self.wording.wrapped(", ".join([called, *self.declared(parameter)]), 2)
            if not single:
                yield from self.table(self.wording.entries(parameter.content), 6)
            yield from self.origin(rule, f"parameters.{parameter.id}", parameter)

    def declared(self, parameter: Parameter) -> Iterator[str]:
        """Yield what a table, bands or a set says of its values: unit, unit of the limits, total."""
        content = parameter.content
        if parameter.unit is not None and not isinstance(content, Single):
            yield parameter.unit
        if parameter.limit_unit is not None:
            yield self.say("limits", unit=parameter.limit_unit)
        if isinstance(content, Table) and content.total is not None:
            yield self.say("total", total=self.wording.number(content.total))

    def steps(self, rule: Rule) -> Iterator[str]:
        if rule.steps:
            yield from self.heading("steps")
        for number, step in enumerate(rule.steps.values()):
            yield from [""] if number else []
            yield from self.wording.wrapped(self.step_head(step), 2)
            yield from self.wording.wrapped(" ".join(step.formula.text.split()), 6)
            yield from self.origin(rule, f"steps.{step.id}", step)

    def result(self, rule: Rule) -> Iterator[str]:
        yield from self.heading("result")
        title = rule.result.remarks.title
        if title is not None:
            yield from self.wording.wrapped(self.wording.label(title), 2)
        yield from self.wording.wrapped(" ".join(rule.result.formula.text.split()), 6)
        yield from self.origin(rule, "result", rule.result)

    def step_head(self, step: Step) -> str:
        told = [self.wording.called(step.id, step.remarks.title)]
        if step.each is not None:
            told.append(self.say("each", source=step.each.id))
        if step.unit is not None:
            told.append(step.unit)
        if step.range is not None:
            told.append(self.span(step.range.low, step.range.high))
        if step.decimals is not None:
            told.append(self.say("decimals", decimals=step.decimals, how=self.say(step.rounding)))
        return ", ".join(told)

    def origin(self, rule: Rule, entry: str, item: Parameter | Step) -> Iterator[str]:
        """Yield the version and the article that put an entry there, and its note."""
        origin = rule.origins.get(entry)
        told = [] if origin is None else [self.say("since", day=self.wording.day(origin.from_))]
        told += [self.basis(rule.basis_of(entry))] if rule.basis_of(entry) is not None else []
        if "inferred" in (item.remarks.certainty, None if origin is None else origin.remarks.certainty):
            told.append(self.say("inferred"))
        if told:
            yield from self.wording.wrapped(f"— {', '.join(told)}", 6)
        if item.remarks.note is not None:
            yield from self.wording.wrapped(f"{self.say('note')}: {self.wording.label(item.remarks.note)}", 6)

    def categories(self, rule: Rule) -> Iterator[str]:
        if rule.categories is None:
            return
        yield from self.heading("categories")
        yield from self.thresholds(rule.categories)
        origin = rule.origins.get("categories")
        if origin is not None:
            told = [self.say("since", day=self.wording.day(origin.from_)), self.basis(origin.basis)]
            told += [self.say("inferred")] if origin.remarks.certainty == "inferred" else []
            yield from self.wording.wrapped(f"— {', '.join(part for part in told if part)}", 6)

    def thresholds(self, rows: Sequence[Threshold]) -> Iterator[str]:
        """Yield rows as a table; their notes after it."""
        yield from self.table([(self.wording.limit(row), self.wording.outcome(row)) for row in rows], 6)
        for row in rows:
            if row.note is not None:
                yield from self.wording.wrapped(
                    f"{self.say('note')}, {row.label}: {self.wording.label(row.note)}", 6
                )

    def targets(self) -> Iterator[str]:
        if not self.indicator.targets:
            return
        yield from self.heading("targets")
        rows = []
        for target in self.indicator.targets:
            value = target.value
            shown = self.span(*value, bare=True) if isinstance(value, tuple) else self.wording.number(value)
            rows.append((target.period, shown))
        yield from self.table(rows, 6)

    def achievement(self) -> Iterator[str]:
        """Yield how the achievement is computed: the organization's rule with what the indicator changes."""
        if not self.indicator.targets:
            return
        rule = self.catalogue.organization.achievement.changed_by(self.indicator.achievement)
        formulas = {"higher": "plain", "closer": "distance", "lower": rule.lower or "mirror"}
        told = [self.say(formulas[self.indicator.better])]
        told += [self.say("cap", cap=self.wording.number(rule.cap))] if rule.cap is not None else []
        told += [self.say("floor", floor=self.wording.number(rule.floor))] if rule.floor is not None else []
        told += [self.say("inferred")] if rule.remarks.certainty == "inferred" else []
        yield from self.heading("achievement")
        yield from self.wording.wrapped("; ".join(told), 6)
        yield from self.thresholds(rule.scale or ())
        if rule.remarks.note is not None:
            yield from self.wording.wrapped(f"{self.say('note')}: {self.wording.label(rule.remarks.note)}", 6)

    # ── history ──

    def history(self) -> Iterator[str]:
        yield from self.wording.wrapped(self.wording.called(self.indicator.id, self.indicator.title), 0)
        yield ""
        for version in self.indicator.versions:
            yield from self.version(version, 2)
        for kind in ("parameters", "steps"):
            names = dict.fromkeys(
                name for version in self.indicator.versions for name in getattr(version, kind)
            )
            if names:
                yield from self.heading(kind)
            for name in names:
                yield from self.entry(f"{kind}.{name}", self.titled(kind, name))
        for key in ("result", "categories"):
            if any(getattr(version, key) is not None for version in self.indicator.versions):
                yield from self.heading(key)
                yield from self.events(key)
        for key in ("unit", "range", "decimals", "rounding"):
            if any(getattr(version, key) is not None for version in self.indicator.versions):
                yield from self.entry(key, self.say(f"key {key}"))

    def titled(self, kind: str, name: str) -> str:
        """Return an entry's name with the newest title it had."""
        entries = [getattr(version, kind).get(name) for version in self.indicator.versions]
        titles = [entry.remarks.title for entry in entries if isinstance(entry, (Parameter, Step))]
        return self.wording.called(
            name, next((title for title in reversed(titles) if title is not None), None)
        )

    def entry(self, entry: str, called: str) -> Iterator[str]:
        yield from self.wording.wrapped(called, 2)
        yield from self.events(entry)

    def events(self, entry: str) -> Iterator[str]:
        """Yield what each version did to an entry: added, changed, removed, or ended with the rule before."""
        kind, _, name = entry.partition(".")
        there = False
        for version in self.indicator.versions:
            amendment = getattr(version, kind).get(name) if name else getattr(version, kind)
            if amendment is None:
                if there and version.replaces:
                    there = False
                    yield from self.event(version, "dropped", None)
                continue
            if isinstance(amendment, Removed):
                what, there = "removed", False
            else:
                what, there = ("changed" if there and not version.replaces else "added"), True
            yield from self.event(version, what, amendment)

    def event(self, version: Version, what: str, amendment: object) -> Iterator[str]:
        basis, remarks = version.basis, None
        if isinstance(amendment, (Parameter, Step)):
            remarks = amendment.remarks
            if remarks.basis is not None:
                own = remarks.basis
                regulation = own.regulation or (None if basis is None else basis.regulation)
                basis = Basis(regulation, own.locator, own.place)
        told = [f"{self.wording.day(version.from_)}: {self.say(what)}"]
        told += [self.basis(basis)] if basis is not None else []
        if "inferred" in (version.remarks.certainty, None if remarks is None else remarks.certainty):
            told.append(self.say("inferred"))
        yield from self.wording.wrapped(", ".join(told), 6)

    # ── words ──

    def heading(self, word: str) -> Iterator[str]:
        yield ""
        yield self.say(word)

    def table(self, rows: Sequence[tuple[str, str]], indent: int) -> Iterator[str]:
        """Yield two aligned columns; a row without a key is a line."""
        wide = max((len(key) for key, _ in rows), default=0)
        for key, value in rows:
            text = f"{key:<{wide}}  {value}" if key else value
            yield from self.wording.wrapped(text, indent, wide + 2 if key else 2)

    def span(self, low: Number, high: Number, *, bare: bool = False) -> str:
        shown = {"low": self.wording.number(low), "high": self.wording.number(high)}
        return self.say("span" if bare else "range", **shown)

    def basis(self, basis: Basis | None) -> str:
        if basis is None:
            return ""
        parts = [self.cited(basis.regulation.id)] if basis.regulation is not None else []
        parts += [basis.locator] if basis.locator is not None else []
        return ", ".join(parts)

    def cited(self, regulation: str) -> str:
        found = self.catalogue.regulations.get(regulation)
        return regulation if found is None else found.citation
