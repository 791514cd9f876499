"""A plan as text: for each period what is read, in which passes, and for whom."""

from __future__ import annotations

from collections.abc import Iterator

from engine.preview import Pass, Preview, Run, SourcePasses
from engine.problems import Message, say, say_many
from engine.report.problems_text import visible
from engine.report.wording import Wording

_MOST_FILES = 3


def plan_text(found: Preview, wording: Wording) -> str:
    """Return the plan as an outline by period and source, then what certainly has no value and why."""
    return "".join(f"{visible(line)}\n" for line in _lines(found, wording))


def _lines(found: Preview, wording: Wording) -> Iterator[str]:
    for run in found.runs:
        yield from wording.wrapped(_told(wording, _head(run)), 0)
        for source in run.sources:
            yield ""
            yield from _source(source, run, wording)
        yield ""
    if found.without:
        yield _told(wording, say("No value"))
        for one in found.without:
            told = f"{one.indicator}, {one.period}: {_told(wording, one.reason)}"
            yield from wording.wrapped(told, 2)
        yield ""
    yield from wording.wrapped(_told(wording, _sum(found)), 0)


def _head(run: Run) -> Message:
    together = say_many("{count} indicator", "{count} indicators", count=len(run.indicators))
    formulas = say_many("{count} formula of the whole", "{count} formulas of the whole", count=run.formulas)
    if run.by is None:
        return say(
            "{period}: {together}, {formulas}", period=run.period, together=together, formulas=formulas
        )
    return say(
        "{period}, by {by}: {together}, {formulas} for each group",
        period=run.period,
        by=run.by,
        together=together,
        formulas=formulas,
    )


def _source(source: SourcePasses, run: Run, wording: Wording) -> Iterator[str]:
    """Yield a source: its files and what is expected of them, the columns used, the passes."""
    rows = (
        say("rows are counted when it is read")
        if source.rows is None
        else say_many("{count} row", "{count} rows", count=source.rows)
    )
    files = [*source.files[:_MOST_FILES], *(["…"] if len(source.files) > _MOST_FILES else [])]
    size = [f"{wording.number(source.size)} {_told(wording, say('bytes'))}"] if source.size else []
    yield from wording.wrapped(f"{source.source}: {', '.join([*files, *size, _told(wording, rows)])}", 2)
    used = say(
        "{used} of {all} columns used", used=len(source.columns), all=len(source.columns) + len(source.unused)
    )
    yield from wording.wrapped(_with(wording, used, source.columns), 4)
    if not source.passes:
        yield from wording.wrapped(_told(wording, say("its values are taken as they are")), 4)
    for number, one in enumerate(source.passes, start=1):
        work = say(
            "pass {number}, for {users}: {work}", number=number, users=_users(one, run), work=_work(one)
        )
        yield from wording.wrapped(_with(wording, work, (*one.look_ups, *one.steps)), 4)


def _users(one: Pass, run: Run) -> Message:
    """Return whom a pass serves: all of the run, or their names as far as a line has room for them."""
    if len(one.serves) == len(run.indicators) > 1:
        return say("all of them")
    names, more = ", ".join(one.serves[:_MOST_FILES]), len(one.serves) - _MOST_FILES
    return (
        say("{names} and {count} more", names=names, count=more) if more > 0 else say("{names}", names=names)
    )


def _work(one: Pass) -> Message:
    """Return what a pass does."""
    if one.totals and one.per is None:
        return say_many("{count} total", "{count} totals", count=one.totals)
    if one.totals:
        return say_many(
            "{count} total for each row of {source}",
            "{count} totals for each row of {source}",
            count=one.totals,
            source=one.per,
        )
    looked = say_many("{count} value looked up", "{count} values looked up", count=len(one.look_ups))
    steps = say_many("{count} step of each row", "{count} steps of each row", count=len(one.steps))
    if one.look_ups and one.steps:
        return say("{looked}, {steps}", looked=looked, steps=steps)
    return looked if one.look_ups else steps


def _sum(found: Preview) -> Message:
    """Return how many files are read for how many indicators."""
    files = {name for run in found.runs for source in run.sources for name in source.files}
    return say(
        "{indicators}, {runs}, {files}, each read once; for this plan none was read",
        indicators=say_many("{count} indicator", "{count} indicators", count=len(found.indicators)),
        runs=say_many("{count} run", "{count} runs", count=len(found.runs)),
        files=say_many("{count} file", "{count} files", count=len(files)),
    )


def _with(wording: Wording, message: Message, names: tuple[str, ...]) -> str:
    return _told(wording, message) + (f": {', '.join(names)}" if names else "")


def _told(wording: Wording, message: Message) -> str:
    return message.text(wording.language)
